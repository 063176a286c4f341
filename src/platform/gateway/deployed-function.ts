import type { Resources } from '#core/usage/reading.ts';

/** A function as its Deployment has it: the truth beside the gateway, which tells only part of it. */
export interface DeployedFunction {
  readonly image: string;
  readonly imagePullPolicy: string;
  /** Of the first container, the fprocess aside; null for a value that is taken from elsewhere. */
  readonly environment: Readonly<Record<string, string | null>>;
  /** The fprocess; null where the image's own runs. */
  readonly process: string | null;
  /** Mounted ones and those that images are pulled with. */
  readonly secrets: readonly string[];
  readonly readOnlyRootFilesystem: boolean;
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Of the Deployment and of its template, which are the same after a deploy. */
  readonly annotations: Readonly<Record<string, string>>;
  /** Of the template, which is what the gateway tells and a deploy replaces. */
  readonly labels: Readonly<Record<string, string>>;
  readonly replicas: number;
  readonly resources: Resources;
}

/** Null where there is no such function. Throws `kubernetes-refused`, `kubernetes-unavailable`. */
export type ReadDeployed = (
  namespace: string,
  name: string,
  signal: AbortSignal,
) => Promise<DeployedFunction | null>;
