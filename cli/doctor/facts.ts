import type { LiveFunction, NodeFacts, Surroundings } from '#core/chain/ports.ts';
import type { Seen } from './seen.ts';

/** One look at everything that is judged. Names and sizes only: no secret's value is in it. Times in Unix ms. */
export interface Facts {
  /** For a person: `cluster kind, namespace openfaas-fn`. */
  readonly target: string;
  readonly isLocal: boolean;
  readonly namespace: string;
  /** When it was looked, by this machine's clock. */
  readonly atMs: number;
  readonly cluster: ClusterFacts;
  readonly gateway: GatewayFacts;
  readonly metrics: MetricsFacts;
  readonly identities: IdentityFacts;
  readonly live: Seen<readonly LiveFunction[]>;
  readonly deployed: Seen<readonly DeployedFacts[]>;
  readonly chain: ChainFacts;
  /** Names of OpenFaaS's own Deployments; null on the local platform, which has none. */
  readonly components: Seen<readonly ComponentFacts[]> | null;
}

/** How this machine's clock stands to the API server's. */
export interface ClockFacts {
  /** By how much this machine is ahead; negative where it is behind. */
  readonly aheadMs: number;
  /** What the measurement may be off by. */
  readonly withinMs: number;
}

export interface ClusterFacts {
  readonly address: string;
  /** `v1.34.4` */
  readonly version: string;
  readonly clock: ClockFacts;
  /** Whether the functions' namespace is there. */
  readonly hasNamespace: Seen<boolean>;
  readonly nodes: Seen<readonly NodeFacts[]>;
  readonly surroundings: Surroundings;
}

export interface GatewayFacts {
  /** For a person. */
  readonly where: string;
  /** Status of `/healthz`. */
  readonly health: Seen<number>;
  /** Status of the system API for someone without a password. */
  readonly strangerStatus: Seen<number>;
  /** As somebody with the password; null where there is none. */
  readonly login: LoginFacts | null;
  readonly metrics: GatewayMetricsFacts;
}

export interface LoginFacts {
  /** Where the password is from. */
  readonly from: string;
  /** What the gateway says of itself: `faas-netes 0.18.4`. */
  readonly provider: Seen<string>;
  /** How many functions it lists. */
  readonly functions: Seen<number>;
}

export interface GatewayMetricsFacts {
  readonly where: string;
  /** Names of the gateway's metrics that it gives. */
  readonly names: Seen<ReadonlySet<string>>;
}

export interface KubeletFacts {
  readonly node: string;
  readonly read: Seen<{
    /** Names of cAdvisor's metrics, of any container. */
    readonly names: ReadonlySet<string>;
    /** Time of the newest sample by the node's clock; null without one. */
    readonly newestMs: number | null;
    /** When it was asked, by this machine's clock. */
    readonly askedAtMs: number;
  }>;
}

export interface MetricsApiFacts {
  /** The API server's words where metrics.k8s.io is not served; null where it is. */
  readonly absence: string | null;
  /** Pods that it has metrics of, in the functions' namespace. */
  readonly pods: number;
}

/** The last five minutes of one query. */
export interface SeriesFacts {
  readonly series: number;
  /** Typical time between samples; null where no series has two. */
  readonly stepMs: number | null;
}

export interface PrometheusFacts {
  readonly where: string;
  /** Whether it is named, or read by collect-metrics: one that is only found need not have anything. */
  readonly isExpected: boolean;
  /** Labels that collect-metrics wants on cAdvisor's series: `job=kubelet`; null where it takes any. */
  readonly pinned: string | null;
  readonly series: Seen<{
    /** By key of PrometheusQueries. */
    readonly byQuery: Readonly<Record<string, SeriesFacts>>;
    /** Functions whose CPU use is in it. */
    readonly functions: ReadonlySet<string>;
  }>;
}

export interface MetricsFacts {
  readonly kubelets: readonly KubeletFacts[];
  readonly metricsApi: Seen<MetricsApiFacts>;
  /** Null where none is named or found. */
  readonly prometheus: PrometheusFacts | null;
}

export const ROLES = ['reader', 'writer'] as const;

export type Role = (typeof ROLES)[number];

/** The secret that carries a role's token. */
export interface TokenFacts {
  /** Null where there is no such secret. */
  readonly secret: Seen<{
    readonly type: string;
    readonly keys: readonly string[];
    /** The service account's name. */
    readonly account: string;
  } | null>;
  /** Whether the API server takes the token; null where there is none. */
  readonly accepted: Seen<boolean> | null;
}

/** What an account may do, by the text of each right asked about. */
export type Granted = ReadonlyMap<string, boolean>;

export interface IdentityFacts {
  readonly tokens: Readonly<Record<Role, TokenFacts>>;
  /** Of foresize-key: how many keys it holds, or what is wrong with it; null where it is missing. */
  readonly key: Seen<{ readonly keys: number; readonly wrong: string | null } | null>;
  /** Null on the local platform, where they are built in. `default` is every other function's account. */
  readonly rights: Readonly<Record<Role | 'default', Seen<Granted>>> | null;
}

/** A function as it was deployed. */
export interface DeployedFacts {
  readonly name: string;
  /** Null for a value that is taken from elsewhere. */
  readonly environment: Readonly<Record<string, string | null>>;
  readonly secrets: readonly string[];
}

type ConfigMapData = Readonly<Record<string, string>>;

export interface StateFacts {
  /** The newest cycle that apply-resources carried out; null before the first. */
  readonly appliedCycle: number | null;
  /** Functions that it remembers. */
  readonly functions: number;
  /** The newest change of a size; null before the first. */
  readonly changedAtMs: number | null;
  /** Entries that cannot be read. */
  readonly unreadable: readonly string[];
}

export interface ChainFacts {
  /** The ConfigMap foresize-cycle; null where it is missing. */
  readonly cycle: Seen<ConfigMapData | null>;
  /** The ConfigMap foresize-kill-switch; null where it is missing. */
  readonly killSwitch: Seen<ConfigMapData | null>;
  readonly state: Seen<StateFacts>;
}

/** A Deployment of OpenFaaS itself. */
export interface ComponentFacts {
  readonly name: string;
  readonly image: string;
  readonly readyReplicas: number;
  readonly environment: Readonly<Record<string, string | null>>;
  readonly arguments: readonly string[];
}
