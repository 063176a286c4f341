import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageStore } from '../../../local/images/image.ts';
import type { SecretStore } from '../../../local/secrets/store.ts';
import { createWorkloads, type WorkloadsOptions } from '../../../local/workloads/create-workloads.ts';
import type { FunctionSpec, LocalWorkloads, Pod } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import { SILENT_LOG } from '../../support/silent-log.ts';

export const NAMESPACE = 'openfaas-fn';

/** Answers its environment, burns CPU, holds memory, hangs, crashes or grows until it is killed, as the path says. */
const SERVER = `
const held = [];
require('node:http').createServer((request, response) => {
  const [, what, amount] = request.url.split('/');
  if (what === 'crash') process.exit(Number(amount));
  if (what === 'hang') for (;;);
  if (what === 'grow') for (;;) held.push(Buffer.alloc(4 * 2 ** 20, 1));
  if (what === 'hold') held.push(Buffer.alloc(Number(amount) * 2 ** 20, 1));
  if (what === 'drop') { held.length = 0; global.gc(); }
  if (what === 'burn') setInterval(() => { const end = Date.now() + 20; while (Date.now() < end); }, 0);
  if (what === 'roam') {
    const roamer = require('node:child_process').spawn('sleep', ['600'], { detached: true, stdio: 'ignore' });
    roamer.unref();
    return response.end(String(roamer.pid));
  }
  response.end(what === 'env' ? JSON.stringify({ ...process.env, cwd: process.cwd() }) : String(process.pid));
}).listen(process.env.PORT, process.env.HOST, () => console.log('listening'));
require('node:v8').setFlagsFromString('--expose-gc');
global.gc = require('node:vm').runInNewContext('gc');
`;

export const BROKEN_IMAGE = 'broken:latest';
export const SERVER_IMAGE = 'server:latest';
export const FORK_IMAGE = 'functions/alpine:latest';

export interface Platform {
  readonly workloads: LocalWorkloads;
  readonly directory: string;
  readonly options: WorkloadsOptions;
  close(): Promise<void>;
}

/** Files of the fixture, in a directory of its own. */
export function makeFixture(): { directory: string; images: ImageStore } {
  const directory = mkdtempSync(join(tmpdir(), 'foresize-workloads-'));
  const [server, broken] = [join(directory, 'server.cjs'), join(directory, 'broken.cjs')];
  writeFileSync(server, SERVER);
  writeFileSync(broken, 'console.error("no such luck"); process.exit(2);');
  const images: ImageStore = new Map([
    [SERVER_IMAGE, { kind: 'bundle', bundlePath: server }],
    [BROKEN_IMAGE, { kind: 'bundle', bundlePath: broken }],
    [FORK_IMAGE, { kind: 'fork' }],
  ] as const);
  return { directory, images };
}

/** A platform with quick probes and short waits. */
export async function startPlatform(
  options: Partial<WorkloadsOptions> = {},
  secrets: Readonly<Record<string, Readonly<Record<string, string>>>> = {},
): Promise<Platform> {
  const { directory, images } = makeFixture();
  const all: WorkloadsOptions = {
    images,
    secrets: secretsOf(secrets),
    stateDirectory: join(directory, 'state'),
    housekeepingMs: 100,
    probes: { startupPeriodMs: 20, initialDelayMs: 2000 },
    backOff: { baseMs: 50, maximumMs: 100 },
    graceMs: 2000,
    stopGraceMs: 500,
    log: SILENT_LOG,
    ...options,
  };
  const workloads = await createWorkloads(all);
  const close = async (): Promise<void> => {
    await workloads.stop();
    rmSync(directory, { recursive: true, force: true });
  };
  return { workloads, directory, options: all, close };
}

function secretsOf(secrets: Readonly<Record<string, Readonly<Record<string, string>>>>): SecretStore {
  const readOnly = (): never => {
    throw new Error('read only');
  };
  return {
    list: () => Object.keys(secrets),
    has: (_, name) => name in secrets,
    files: (_, name) =>
      new Map(Object.entries(secrets[name] ?? {}).map(([file, text]) => [file, Buffer.from(text)])),
    create: readOnly,
    update: readOnly,
    remove: readOnly,
  };
}

export function specOf(service: string, changes: Partial<FunctionSpec> = {}): FunctionSpec {
  return {
    service,
    namespace: NAMESPACE,
    image: SERVER_IMAGE,
    envProcess: '',
    envVars: {},
    constraints: [],
    secrets: [],
    labels: {},
    annotations: {},
    limits: {},
    requests: {},
    readOnlyRootFilesystem: false,
    ...changes,
  };
}

export function podsOf(workloads: LocalWorkloads, name: string): readonly Pod[] {
  return workloads.pods().filter(({ functionName }) => functionName === name);
}

/** The function's only pod, once it is ready. */
export function readyPod(workloads: LocalWorkloads, name: string): Promise<Pod> {
  return eventually(
    () => {
      const pods = podsOf(workloads, name);
      return pods.length === 1 && pods[0]?.ready ? pods[0] : undefined;
    },
    { timeoutMs: 10_000 },
  );
}

/** Calls the function once; a connection that breaks is answered with null. */
export async function call(
  workloads: LocalWorkloads,
  name: string,
  path: string,
  body = '',
): Promise<string | null> {
  const lease = await workloads.lease(NAMESPACE, name, AbortSignal.timeout(10_000));
  try {
    const answer = await fetch(`${lease.origin}${path}`, { method: 'POST', body });
    return await answer.text();
  } catch {
    return null;
  } finally {
    lease.release();
  }
}
