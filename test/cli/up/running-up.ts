import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

const registrySchema = z.object({
  cgroups: z.array(z.string()),
  processes: z.array(z.object({ pid: z.number() })),
});

/** A folder with a stack of qrcode alone, which starts in a second. */
export function smallStack(): { folder: string; stack: string; directory: string } {
  const folder = mkdtempSync(join(tmpdir(), 'foresize-up-'));
  const stack = join(folder, 'stack.yml');
  symlinkSync(join(ROOT, 'template'), join(folder, 'template'));
  writeFileSync(
    stack,
    `version: 1.0
provider:
  name: openfaas
functions:
  qrcode:
    lang: typescript
    handler: ${relative(folder, join(ROOT, 'functions/qrcode'))}
    image: local/qrcode:latest
`,
  );
  return { folder, stack, directory: join(folder, 'platform') };
}

export interface RunningUp {
  readonly child: ChildProcess;
  readonly lines: readonly string[];
  /** Resolves with the first line that says so; rejects with all output if the process ends without it. */
  line(pattern: RegExp): Promise<string>;
  /** Resolves when it has ended. */
  readonly ended: Promise<{ code: number | null; stdout: readonly string[]; stderr: string }>;
}

/** `foresize` as a child process. */
export function runForesize(...words: string[]): RunningUp {
  const child = spawn(process.execPath, ['cli/bin.mjs', ...words], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  reader.on('line', (line) => lines.push(line));
  const stderr = text(child.stderr);
  const ended = once(child, 'close').then(async () => ({
    code: child.exitCode,
    stdout: lines,
    stderr: await stderr,
  }));
  const line = (pattern: RegExp): Promise<string> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const found = lines.find((said) => pattern.test(said));
        if (found !== undefined) resolve(found);
      };
      reader.on('line', look);
      void ended.then((end) => {
        reject(new Error(`ended without ${String(pattern)}: ${JSON.stringify(end)}`));
      });
      look();
    });
  return { child, lines, line, ended };
}

/** What a platform has written down of its processes and cgroups; none once it has ended cleanly. */
export function leftovers(directory: string): { pids: number[]; cgroups: string[] } | null {
  const name = 'processes.json';
  const folder = join(directory, 'workloads');
  if (!readdirSync(folder).includes(name)) return null;
  const { processes, cgroups } = registrySchema.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
  return { pids: processes.map(({ pid }) => pid), cgroups };
}
