import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { FunctionEvent, FunctionLog, FunctionResponse } from '#template/types.ts';
import { work } from './work.ts';

/** What a call asks for; each is optional. */
interface Wish {
  /** Work of so many iterations, on so many threads. */
  readonly iterations?: number;
  readonly threads?: number;
  /** Keep so many MiB from now on. */
  readonly holdMiB?: number;
  /** A child process that takes so many MiB, then ends. */
  readonly childMiB?: number;
}

const held: Buffer[] = [];

const HUNGRY = `
const held = [];
for (let taken = 0; taken < Number(process.argv[1]); taken += 4) held.push(Buffer.alloc(4 << 20, 1));
`;

/** Starting may cost: START_ITERATIONS of work before the function answers anything, probes included. */
export async function start(log: FunctionLog): Promise<void> {
  const iterations = Number(process.env.START_ITERATIONS ?? 0);
  if (iterations === 0) return;
  log.info({ iterations }, 'working before the start');
  await work(iterations, 1);
}

/** Does as it is told, and answers with how much it holds and how its child ended. */
export default async function handle(event: FunctionEvent): Promise<FunctionResponse> {
  const wish = event.json() as Wish;
  if (wish.iterations !== undefined) await work(wish.iterations, wish.threads ?? 1);
  for (let taken = 0; taken < (wish.holdMiB ?? 0); taken += 4) held.push(Buffer.alloc(4 << 20, 1));
  const child = wish.childMiB === undefined ? null : await childOf(wish.childMiB);
  return { body: { heldMiB: held.length * 4, child } };
}

async function childOf(mebibytes: number): Promise<{ code: unknown; signal: unknown }> {
  const child = spawn(process.execPath, ['-e', HUNGRY, String(mebibytes)], { stdio: 'ignore' });
  const [code, signal] = (await once(child, 'exit')) as unknown[];
  return { code, signal };
}
