/**
 * One cycle of N functions through the product's code, each function of the chain in a process of its own:
 * `npm run bench:cycle -- 100 1000 10000`. Prints CPU time a stage and the peak memory of each process.
 */
import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gatewayText, kubeletText, STEPS } from './cluster.ts';
import type { ProcessReport } from './measure.ts';

const run = promisify(execFile);
const PARTS = ['collect', 'predict', 'apply'] as const;

async function runPart(part: string, functions: number, directory: string): Promise<ProcessReport> {
  const script = fileURLToPath(new URL(`${part}-stage.ts`, import.meta.url));
  const { stdout } = await run(process.execPath, ['--import', 'tsx', script, String(functions), directory]);
  // Written by Stopwatch.report of the same version.
  return JSON.parse(stdout) as ProcessReport;
}

function print(part: string, functions: number, { costs, peakRssMb, note }: ProcessReport): void {
  const out = (line: string): void => void process.stdout.write(`${line}\n`);
  out(
    `${functions} functions, ${part}-resources' part: peak ${peakRssMb.toFixed(0)} MB${note && `; ${note}`}`,
  );
  for (const { stage, cpuMs } of costs) {
    const each = ((cpuMs * 1000) / functions).toFixed(0);
    out(`  ${stage.padEnd(36)} ${(cpuMs / 1000).toFixed(2).padStart(8)} s ${each.padStart(7)} µs a function`);
  }
}

async function runCycle(functions: number): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'foresize-bench-'));
  try {
    const texts = { kubelet: kubeletText(functions, STEPS, true), gateway: gatewayText(functions, STEPS) };
    for (const [name, chunks] of Object.entries(texts)) {
      await pipeline(Readable.from(chunks), createWriteStream(join(directory, `${name}.txt`)));
    }
    for (const part of PARTS) print(part, functions, await runPart(part, functions, directory));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const sizes = process.argv.length > 2 ? process.argv.slice(2).map(Number) : [100, 1000, 10_000];
for (const functions of sizes) await runCycle(functions);
