import { chmod, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { z } from 'zod';
import { readDataSet } from '../../training/data/read-data-set.ts';
import { usageCsv } from '../../training/data/write-usage-csv.ts';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { copyProject } from '../template/shrink-wrap.ts';
import { foresizeHere, type Outcome } from './foresize-here.ts';
import { ROOT } from './pages.ts';
import { FREE_PORT, NOW, type Program, type Running } from './running-commands.ts';

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

/** A copy of the project with a platform running in it, where commands are run as a reader would. */
export interface DocumentedPlatform {
  run(running: Running): Promise<Outcome>;
  /** Resolves once decisions have been logged; they are in decisions/. */
  decided(): Promise<void>;
  stop(): Promise<void>;
}

const platformSchema = z.object({ gatewayUrl: z.string(), passwordFile: z.string() });
const MY_STACK = `version: 1.0
provider:
  name: openfaas
functions:
  resize:
    lang: typescript
    handler: ./functions/qrcode
    image: local/resize:latest
`;

export async function startDocumentedPlatform(): Promise<DocumentedPlatform> {
  const folder = await mkdtemp(join(tmpdir(), 'foresize-docs-'));
  const project = join(folder, 'project');
  await copyProject(project);
  for (const name of ['deploy', 'node_modules', 'training']) {
    await symlink(join(ROOT, name), join(project, name));
  }
  await writeData(project);
  await writeFile(join(project, 'my.yml'), MY_STACK);

  const bin = join(folder, 'bin');
  await writePrograms(bin);
  const home = join(folder, 'home');
  await mkdir(home);
  const base = { PATH: `${bin}:${process.env.PATH ?? ''}`, HOME: home, NO_COLOR: '1' };

  const up = execa('npx', 'foresize up --no-load --json --port 0 --metrics-port 0 --page-port 0'.split(' '), {
    cwd: project,
    env: base,
    extendEnv: false,
    reject: false,
  });
  const lines: string[] = [];
  up.stdout.setEncoding('utf8').on('data', (text: string) => lines.push(text));
  const said = (event: string): string | undefined =>
    lines
      .join('')
      .split('\n')
      .find((line) => line.includes(`"event":"${event}"`));
  await eventually(() => said('ready'), { timeoutMs: 60_000 });
  const { gatewayUrl, passwordFile } = platformSchema.parse(JSON.parse(said('platform') ?? ''));

  const prometheusPort = await getPort();
  const environment = {
    ...base,
    OPENFAAS_URL: gatewayUrl,
    KUBECONFIG: join(project, '.foresize/kubernetes/kubeconfig'),
    PROMETHEUS_URL: `http://127.0.0.1:${prometheusPort}`,
  };
  const here = (text: string): string =>
    text
      .replaceAll('http://127.0.0.1:8080', gatewayUrl)
      .replaceAll('127.0.0.1:9090', `127.0.0.1:${prometheusPort}`)
      .replace(/^prometheus .*/, `$& --web.listen-address=127.0.0.1:${prometheusPort}`)
      .replace(/(foresize record) \S+/, '$1 fresh')
      .replace('--namespace shop', '--namespace openfaas-fn');
  const start = (text: string) =>
    execa('bash', ['-c', text], {
      cwd: project,
      env: environment,
      extendEnv: false,
      reject: false,
      all: true,
      stdin: 'ignore',
    });
  const goingOn: ReturnType<typeof start>[] = [];

  async function goOn(text: string, until: RegExp): Promise<Outcome> {
    const child = start(text);
    goingOn.push(child);
    let printed = '';
    child.all.setEncoding('utf8').on('data', (more: string) => (printed += more));
    const ended = child.then(() => {
      throw new Error(`it ended: ${printed}`);
    });
    await Promise.race([eventually(() => until.test(printed), { timeoutMs: 20_000 }), ended]);
    ended.catch(() => null);
    return { exitCode: 0, stdout: printed, stderr: '' };
  }

  async function run({ text, until }: Running): Promise<Outcome> {
    const line = here(text)
      .replace(FREE_PORT, String(await getPort()))
      .replace(NOW, String(Date.now()));
    if (until !== null) return goOn(line, until);
    if (/^npx foresize (?!up)/.test(line)) return foresizeHere(line, project, environment);
    const { exitCode, stdout, stderr } = await start(line);
    return { exitCode, stdout, stderr };
  }

  async function decided(): Promise<void> {
    const password = (await readFile(join(project, passwordFile), 'utf8')).trim();
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const log = await eventually(
      async () => {
        const url = `${gatewayUrl}/system/logs?name=apply-resources&follow=false`;
        const text = await (await fetch(url, { headers: { authorization } })).text();
        const entries = text.split('\n').filter((line) => line !== '');
        const told = entries.map((line) => z.object({ text: z.string() }).parse(JSON.parse(line)).text);
        return told.some((line) => line.includes('"event":"decision"')) && told.join('\n');
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
    await mkdir(join(project, 'decisions'));
    await writeFile(join(project, 'decisions/log.ndjson'), log);
  }

  async function stop(): Promise<void> {
    for (const child of [...goingOn, up]) child.kill('SIGTERM');
    await Promise.all([...goingOn, up]);
    await rm(folder, { recursive: true, force: true });
  }
  return { run, decided, stop };
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
