import type { QosClass, Resources } from '#core/usage/reading.ts';

/** A function as `POST /system/functions` describes it (OpenFaaS FunctionDeployment); already validated. */
export interface FunctionSpec {
  readonly service: string;
  readonly namespace: string;
  readonly image: string;
  readonly envProcess: string;
  readonly envVars: Readonly<Record<string, string>>;
  readonly constraints: readonly string[];
  readonly secrets: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Quantities as they were sent. */
  readonly limits: { readonly cpu?: string; readonly memory?: string };
  readonly requests: { readonly cpu?: string; readonly memory?: string };
  readonly readOnlyRootFilesystem: boolean;
}

export interface Deployment {
  readonly uid: string;
  readonly spec: FunctionSpec;
  readonly resources: Resources;
  readonly replicas: number;
  readonly createdAtMs: number;
  /** Goes up by one with every change of the spec. */
  readonly generation: number;
}

export interface PodCondition {
  readonly type: 'Ready' | 'PodResizePending' | 'PodResizeInProgress';
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
  readonly observedGeneration: number;
  readonly changedAtMs: number;
}

/** A replica: one process, restarted in place as a kubelet restarts a container. */
export interface Pod {
  readonly uid: string;
  readonly namespace: string;
  /** `qrcode-<hash of the rollout>-<five letters>` */
  readonly name: string;
  readonly functionName: string;
  /** Unix ms at which the pod was made, and at which the running process started (null while none runs). */
  readonly createdAtMs: number;
  readonly startedAtMs: number | null;
  readonly phase: 'Pending' | 'Running';
  readonly ready: boolean;
  readonly readySinceMs: number | null;
  readonly restarts: number;
  readonly waiting: 'ContainerCreating' | 'CrashLoopBackOff' | 'ErrImagePull' | null;
  readonly lastTermination: {
    readonly reason: 'OOMKilled' | 'Error' | 'Completed';
    readonly exitCode: number;
    readonly startedAtMs: number;
    readonly atMs: number;
  } | null;
  readonly qosClass: QosClass;
  /** spec.containers[0].resources: changed by a resize. */
  readonly desired: Resources;
  /** status.containerStatuses[0].resources: what is in force. */
  readonly inForce: Resources;
  readonly generation: number;
  readonly observedGeneration: number;
  readonly conditions: readonly PodCondition[];
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Loopback port the process listens on. */
  readonly port: number;
  readonly pid: number | null;
}

/**
 * Counters of a pod's process tree as last sampled. They begin with the process, as cAdvisor's begin with the container:
 * a restart resets them all, which `startedAtMs` shows; a pod whose process does not run has none.
 */
export interface PodCounters {
  readonly podUid: string;
  readonly atMs: number;
  readonly startedAtMs: number;
  readonly cpuSeconds: number;
  /** null without a CPU limit, or where nothing enforces it. */
  readonly periods: number | null;
  readonly throttledPeriods: number | null;
  readonly throttledSeconds: number | null;
  readonly workingSetBytes: number;
  readonly oomEvents: number;
  /** In force when sampled. */
  readonly limits: { readonly cpuCores: number | null; readonly memoryBytes: number | null };
}

export interface LogLine {
  readonly name: string;
  readonly namespace: string;
  /** The pod. */
  readonly instance: string;
  readonly timestampMs: number;
  readonly text: string;
}

export type WorkloadEvent =
  | {
      readonly kind: 'deployment';
      readonly change: 'added' | 'updated' | 'removed';
      readonly deployment: Deployment;
    }
  | { readonly kind: 'pod'; readonly change: 'added' | 'updated' | 'removed'; readonly pod: Pod }
  | { readonly kind: 'log'; readonly line: LogLine };

/** How limits are held on this machine; shown to the user in one line. */
export interface Enforcement {
  readonly kind: 'cgroup-v1' | 'cgroup-v2' | 'emulated' | 'none';
  readonly summary: string;
}

/** A replica leased for one call. `release` must be called when the call is over. */
export interface Lease {
  readonly pod: Pod;
  readonly origin: string;
  release(): void;
}

/**
 * The functions running on this machine: what faas-netes, the scheduler and the kubelet are on a cluster.
 * Namespaces and secrets are other ports.
 */
export interface LocalWorkloads {
  readonly nodeName: string;
  readonly enforcement: Enforcement;
  readonly allocatable: { readonly cpuCores: number; readonly memoryBytes: number };
  /** Throws `function-exists`, `image-unknown`, `secret-missing`, … */
  deploy(spec: FunctionSpec): Deployment;
  /** Rolls the replicas. Throws `function-not-found`. */
  update(spec: FunctionSpec): Deployment;
  remove(namespace: string, name: string): void;
  scale(namespace: string, name: string, replicas: number): Deployment;
  deployments(namespace?: string): readonly Deployment[];
  deployment(namespace: string, name: string): Deployment | undefined;
  pods(namespace?: string): readonly Pod[];
  pod(namespace: string, name: string): Pod | undefined;
  /** The pod's new desired resources; conditions tell what becomes of them. Throws `pod-not-found`, and `resize-refused` in the API server's words. */
  resize(namespace: string, pod: string, desired: Resources): Pod;
  /** A ready replica, the least loaded; waits for one up to `signal`. Throws `function-not-found`, `no-ready-replica`. */
  lease(namespace: string, name: string, signal: AbortSignal): Promise<Lease>;
  /** The last samples of all pods, taken every `housekeepingMs` with their own times. */
  counters(): readonly PodCounters[];
  /** Kept lines, oldest first. */
  logs(namespace: string, name: string): readonly LogLine[];
  /** Returns the unsubscriber. */
  subscribe(listener: (event: WorkloadEvent) => void): () => void;
  stop(): Promise<void>;
}
