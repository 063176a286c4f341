/** Starts memory-stage.ts with a young generation that holds all that one forecast asks for, so that none is collected. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { MemoryReport } from './memory-stage.ts';

const FLAGS = ['--expose-gc', '--min-semi-space-size=128', '--max-semi-space-size=128'];

export async function runMemoryStage(): Promise<MemoryReport> {
  const script = fileURLToPath(new URL('memory-stage.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [...FLAGS, '--import', 'tsx', script]);
  // Written by memory-stage.ts of the same version.
  return JSON.parse(stdout) as MemoryReport;
}
