import { chmod, mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readDataSet } from '../../training/data/read-data-set.ts';
import { usageCsv } from '../../training/data/write-usage-csv.ts';
import { findBinary } from '../support/find-binary.ts';
import { copyProject } from '../template/shrink-wrap.ts';
import { ROOT } from './pages.ts';
import type { Program } from './running-commands.ts';

const BINARIES: Readonly<Record<Exclude<Program, 'foresize'>, string | undefined>> = {
  curl: findBinary('CURL', 'curl'),
  'faas-cli': findBinary('FAAS_CLI', 'faas-cli'),
  helm: findBinary('HELM', 'helm'),
  kubectl: findBinary('KUBECTL', 'kubectl'),
  prometheus: findBinary('PROMETHEUS', 'prometheus'),
};

/** Programs that are not installed. */
export const missingOf = (needs: readonly Program[]): Program[] =>
  needs.filter((program) => program !== 'foresize' && BINARIES[program] === undefined);

/** A copy of what a reader has checked out, with the files that the pages name. */
export interface DocumentedProject {
  /** Holds all of it, and is to be removed. */
  readonly folder: string;
  /** Where commands are run. */
  readonly project: string;
  /** PATH and HOME of commands. */
  readonly environment: Readonly<Record<string, string>>;
}

const MY_STACK = `version: 1.0
provider:
  name: openfaas
functions:
  resize:
    lang: typescript
    handler: ./functions/qrcode
    image: local/resize:latest
`;

export async function makeDocumentedProject(): Promise<DocumentedProject> {
  const folder = await mkdtemp(join(tmpdir(), 'foresize-docs-'));
  const project = join(folder, 'project');
  const bin = join(folder, 'bin');
  const home = join(folder, 'home');
  await copyProject(project);
  for (const name of ['deploy', 'node_modules', 'training']) {
    await symlink(join(ROOT, name), join(project, name));
  }
  await writeFile(join(project, 'my.yml'), MY_STACK);
  await writeData(project);
  await writePrograms(bin);
  await mkdir(home);
  const environment = { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: home, NO_COLOR: '1' };
  return { folder, project, environment };
}

/** `npx foresize`, as it is in a checkout, and what is installed. */
async function writePrograms(bin: string): Promise<void> {
  await mkdir(bin);
  const npx = `#!/bin/sh\n[ "$1" = foresize ] || exit 127\nshift\nexec "${process.execPath}" "${ROOT}/cli/bin.mjs" "$@"\n`;
  await writeFile(join(bin, 'npx'), npx);
  await chmod(join(bin, 'npx'), 0o755);
  await symlink(process.execPath, join(bin, 'node'));
  for (const [name, path] of Object.entries(BINARIES)) {
    if (path !== undefined) await symlink(path, join(bin, name));
  }
}

const STUDY_ROWS = 1111;
const START_MS = Date.UTC(2023, 0, 1, 10);

/** The data that commands are given: recorded ones, and series as long as the study's, made up. */
async function writeData(project: string): Promise<void> {
  const { histories } = await readDataSet([join(ROOT, 'training/recordings/2026-11-25')], {
    split: 'choice',
  });
  const csvOf = (name: string): string => {
    const recorded = histories.find((history) => history.name === name);
    if (recorded === undefined) throw new Error(`the recording has no ${name}`);
    return [...usageCsv(recorded)].join('');
  };
  const [head = '', ...rows] = csvOf('qrcode-random-a').trimEnd().split('\n');
  await writeFile(join(project, 'usage.csv'), `${[head, ...rows.slice(-240)].join('\n')}\n`);
  for (const folder of ['recording', 'recordings', 'reference']) await mkdir(join(project, folder));
  await writeFile(join(project, 'recordings/qrcode.csv'), csvOf('qrcode-random-a'));
  for (const name of ['qrcode-random-a', 'qrcode-spread-a', 'qrcode-ramp-a']) {
    await writeFile(join(project, 'recording', `${name}.csv`), csvOf(name));
  }
  const steps = Array.from({ length: STUDY_ROWS }, (_, step) => step);
  const timeOf = (step: number): number => START_MS + step * 15_000;
  const cpu = steps.map((step) => `${timeOf(step)},${0.005 + 0.004 * ((step * 7919) % 11)}`);
  const memory = steps.map((step) => `${timeOf(step)},${7e6 + 1e5 * (step % 7)}`);
  for (const folder of ['', 'reference']) {
    await writeFile(join(project, folder, 'cpu_usage.csv'), `Time,cpu_usage\n${cpu.join('\n')}\n`);
    await writeFile(join(project, folder, 'memory_usage.csv'), `Time,mem_usage\n${memory.join('\n')}\n`);
  }
  const calls = steps.filter((step) => step % 250 === 0).map((step) => String(timeOf(step)));
  await writeFile(join(project, 'log.csv'), `${calls.join('\n')}\n`);
}
