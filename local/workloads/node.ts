import type { Image } from '../images/image.ts';
import type { Command, Limiter } from '../limits/limiter.ts';
import type { ProcessRegistry } from '../processes/process-registry.ts';
import type { NodeResources } from './resize-rules.ts';
import type { WorkloadsSettings } from './settings.ts';

/** The machine as pods see it. */
export interface Node {
  readonly settings: WorkloadsSettings;
  readonly limiter: Limiter;
  readonly registry: ProcessRegistry;
  readonly allocatable: NodeResources;
  /** The command that runs an image. */
  command(image: Image): Promise<Command>;
}
