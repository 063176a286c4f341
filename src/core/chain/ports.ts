import type { Decision, DecisionReport, ReplicasDecision } from '../messages/decision.ts';
import type { UsageMessage } from '../messages/usage.ts';
import type { DecideInput } from '../policy/context.ts';
import type { Metric } from '../policy/resources.ts';
import type { FunctionState, SuiteState } from '../policy/state.ts';
import type { CallSeries, ContainerSeries, PodFacts, Resources } from '../usage/reading.ts';

/** Unix ms now. */
export type Clock = () => number;

/** Resolves after so many ms; rejects once `signal` is aborted. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Where usage comes from. Reads all functions at once. */
export interface MetricsSource {
  readonly name: 'scrape' | 'prometheus' | 'metrics-api';
  /** Samples of [fromMs, now], oldest first. Throws `source-unavailable`, naming the address. */
  read(
    fromMs: number,
    signal: AbortSignal,
  ): Promise<{
    readonly containers: readonly ContainerSeries[];
    readonly calls: readonly CallSeries[];
  }>;
}

/** A function as it is deployed and running. */
export interface LiveFunction {
  readonly namespace: string;
  readonly name: string;
  /** UID of the Deployment: a function removed and made again is another one. */
  readonly uid: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: number;
  /** Resources of the Deployment's template, to which the next rollout returns. */
  readonly template: Resources;
  readonly pods: readonly PodFacts[];
}

export interface NodeFacts {
  readonly name: string;
  readonly allocatableCpuCores: number;
  readonly allocatableMemoryBytes: number;
  /** Conditions under which the kubelet evicts: MemoryPressure, DiskPressure, PIDPressure. Absent: none known. */
  readonly pressures?: readonly string[];
  /** `v1.33.1`; absent where it is not known. */
  readonly kubeletVersion?: string;
}

/** What every container must keep to: of one LimitRange, its part of type Container. Cores and bytes; null without a bound. */
export interface LimitRangeFacts {
  readonly name: string;
  readonly min: Readonly<Record<Metric, number | null>>;
  readonly max: Readonly<Record<Metric, number | null>>;
  /** Most that a limit may be of its request. */
  readonly ratio: Readonly<Record<Metric, number | null>>;
}

/** What the pods of the namespace may ask for in all, and what they do; null where it is not counted. */
export interface QuotaFacts {
  readonly name: string;
  readonly hard: Resources;
  readonly used: Resources;
}

/** A HorizontalPodAutoscaler. */
export interface HpaFacts {
  readonly name: string;
  /** The Deployment that it scales. */
  readonly target: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
  readonly metrics: readonly {
    /** Null for a metric that is no resource of the pods. */
    readonly resource: Metric | null;
    readonly kind: 'Utilization' | 'AverageValue' | 'other';
  }[];
}

/** What the functions' namespace and its cluster allow. null: not known, which forbids nothing. */
export interface Surroundings {
  /** Whether the API server resizes pods in place; whether a node's kubelet does, its facts tell. */
  readonly servesResize: boolean | null;
  readonly limitRanges: readonly LimitRangeFacts[] | null;
  readonly quotas: readonly QuotaFacts[] | null;
  readonly hpas: readonly HpaFacts[] | null;
  /** Why what is null is not known, for a person. */
  readonly unknown: readonly string[];
}

/** The live state that decisions are made against. */
export interface Workloads {
  functions(signal: AbortSignal): Promise<readonly LiveFunction[]>;
  nodes(signal: AbortSignal): Promise<readonly NodeFacts[]>;
  /** Never fails: what cannot be read is null. Without it nothing is known, and nothing is said of it. */
  surroundings?(signal: AbortSignal): Promise<Surroundings>;
}

/** One cycle at a time: the claim of cycle number `floor(now ÷ period)`. */
export interface CycleStore {
  /** True for the one caller that advanced the stored cycle to `cycle`; false if it stands there or further already. */
  claim(cycle: number, signal: AbortSignal): Promise<boolean>;
}

/** Takes one shard of usage through predict-resources and apply-resources. */
export interface Carrier {
  /** The decisions; null where the queue carries on and apply-resources reports for itself. */
  carry(usage: UsageMessage, signal: AbortSignal): Promise<DecisionReport | null>;
}

/** Resources one pod is to get. */
export interface PodChange {
  readonly pod: PodFacts;
  readonly to: Resources;
}

export interface PodOutcome {
  readonly pod: string;
  readonly result: 'applied' | 'pending' | 'refused' | 'failed' | 'dry-run';
  readonly detail: string;
  /** Why a resize is not in force, in Kubernetes' word: Deferred, Infeasible, Error, InProgress, Refused, BackOff or Stopped. */
  readonly condition?: string;
  /** What was refused and stays as it was. */
  readonly refused?: readonly Metric[];
}

/** Why nothing may be written now; null where writing is allowed. */
export type WriteStop = (signal: AbortSignal) => Promise<string | null>;

/** Carries decisions out. The same desired value twice is no write. */
export interface Actuator {
  readonly name: 'kubernetes' | 'stack' | 'gateway' | 'none';
  /** The pods of `target` that differ from `to`. Pure. */
  plan(target: LiveFunction, to: Resources): readonly PodChange[];
  apply(change: PodChange, signal: AbortSignal): Promise<PodOutcome>;
  /** What `apply` would be answered, where that can be asked without changing anything. */
  rehearse?(change: PodChange, signal: AbortSignal): Promise<PodOutcome>;
  /** The same actuator, asking before each of its writes: of one that may write several times for a change. */
  stoppedBy?(writeStop: WriteStop): Actuator;
  /** Each change replaces all pods of a function, which is not to be done often. */
  readonly rollsOut?: true;
  /** Pods of `target` that what was asked for has not reached yet. Pure. */
  standing?(target: LiveFunction, to: Resources): readonly PodOutcome[];
}

/** Sets how many replicas functions have. */
export interface Scaler {
  /** Never throws for what the other side answers: the outcome says it. */
  scale(
    target: Pick<LiveFunction, 'namespace' | 'name'>,
    replicas: number,
    signal: AbortSignal,
  ): Promise<NonNullable<ReplicasDecision['outcome']>>;
}

export interface StoredState {
  readonly suite: SuiteState;
  /** By `namespace/name`; an entry whose uid differs from the live one is of an earlier function of that name. */
  readonly functions: ReadonlyMap<string, FunctionState>;
}

/** State behind compare-and-swap. */
export interface StateStore {
  load(signal: AbortSignal): Promise<StoredState>;
  /** Writes only what differs from what `load` last returned. Throws `state-conflict` if another writer was first. */
  save(next: StoredState, signal: AbortSignal): Promise<void>;
}

/** Append-only; the input of explain and replay. */
export interface DecisionLog {
  /** With what was decided on, so that it can be decided again; undefined where nothing could be. */
  append(decision: Decision, input?: DecideInput): void;
}

/** What became of a pod. */
export interface PodNews {
  readonly pod: PodFacts;
  readonly kind: 'FunctionResized' | 'ResizeInfeasible' | 'RolledBack';
  /** For a person. */
  readonly message: string;
}

/** Tells people where they look for it. Best effort: it fails silently, and nobody waits for it. */
export interface Announcer {
  announce(news: PodNews): void;
}
