import { createHash } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism, hostname, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { chooseLimiter } from '../limits/choose-limiter.ts';
import { imageCommand } from '../processes/image-command.ts';
import { ProcessRegistry } from '../processes/process-registry.ts';
import { Functions } from './functions.ts';
import type { LocalWorkloads } from './model.ts';
import type { Node } from './node.ts';
import { settingsOf, type WorkloadsOptions, type WorkloadsSettings } from './settings.ts';

export type { WorkloadsOptions } from './settings.ts';

/**
 * Starts the local platform's node: ends what a killed platform has left in the state directory, finds out how limits can
 * be held here, and is then ready to deploy. Throws `platform-running` if the directory is in use.
 */
export async function createWorkloads(options: WorkloadsOptions): Promise<LocalWorkloads> {
  const settings = settingsOf({ ...options, stateDirectory: resolve(options.stateDirectory) });
  const registry = await ProcessRegistry.open(settings.stateDirectory);
  const pods = join(settings.stateDirectory, 'pods');
  rmSync(pods, { recursive: true, force: true });
  mkdirSync(pods, { mode: 0o700 });
  const limiter = await chooseLimiter({ instance: instanceName(settings), force: settings.enforcement });
  registry.setCgroups(limiter.directories);
  const node: Node = {
    settings,
    registry,
    limiter,
    allocatable: { cpuCores: availableParallelism(), memoryBytes: memoryOfMachine() },
    command: (image) => imageCommand(image, settings.stateDirectory),
  };
  return new Functions(node, hostname());
}

/** One a state directory, so that platforms beside each other keep apart, and a name that tells whose it is. */
function instanceName({ stateDirectory }: WorkloadsSettings): string {
  return `foresize-${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 12)}`;
}

/** What a container allows, or all there is. */
function memoryOfMachine(): number {
  const constrained = process.constrainedMemory();
  const total = totalmem();
  return constrained > 0 && constrained < total ? constrained : total;
}
