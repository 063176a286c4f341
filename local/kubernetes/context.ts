import type { SecretStore } from '../secrets/store.ts';
import type { LocalWorkloads } from '../workloads/model.ts';
import type { LocalService } from './objects/service.ts';
import type { ResourceVersions } from './resource-versions.ts';
import type { UsageWindow } from './usage-window.ts';

/** What the resources are made from. */
export interface ApiContext {
  readonly workloads: LocalWorkloads;
  readonly secrets: SecretStore | undefined;
  readonly directory: string;
  readonly namespace: string;
  readonly startedAtMs: number;
  readonly versions: ResourceVersions;
  readonly usage: UsageWindow;
  /** What the platform serves beside functions. */
  readonly services: readonly LocalService[];
  /** Told of what is wrong on disk. */
  readonly warn: (message: string) => void;
}
