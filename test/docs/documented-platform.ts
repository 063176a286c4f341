import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import getPort from 'get-port';
import { z } from 'zod';
import { eventually } from '../support/eventually.ts';
import { type DocumentedProject, makeDocumentedProject } from './documented-project.ts';
import { foresizeHere, type Outcome } from './foresize-here.ts';
import { FREE_PORT, NOW, type Running } from './running-commands.ts';

const platformSchema = z.object({ gatewayUrl: z.string(), passwordFile: z.string() });
const logEntrySchema = z.object({ text: z.string() });

interface Child extends PromiseLike<{ exitCode?: number; stdout: string; stderr: string; all: string }> {
  kill(signal: 'SIGINT' | 'SIGTERM'): boolean;
}

/** A copy of the project with a platform running in it, where commands are run as a reader would. */
export class DocumentedPlatform {
  readonly #project: DocumentedProject;
  readonly #gatewayUrl: string;
  readonly #passwordFile: string;
  readonly #prometheusPort: number;
  /** What goes on until the end. */
  readonly #goingOn: Child[];

  private constructor(
    project: DocumentedProject,
    { gatewayUrl, passwordFile }: z.infer<typeof platformSchema>,
    prometheusPort: number,
    up: Child,
  ) {
    this.#project = project;
    this.#gatewayUrl = gatewayUrl;
    this.#passwordFile = join(project.project, passwordFile);
    this.#prometheusPort = prometheusPort;
    this.#goingOn = [up];
  }

  static async start(): Promise<DocumentedPlatform> {
    const project = await makeDocumentedProject();
    const words = 'foresize up --no-load --json --port 0 --metrics-port 0 --page-port 0'.split(' ');
    const { environment: env, project: cwd } = project;
    const up = execa('npx', words, { cwd, env, extendEnv: false, reject: false, all: true });
    let printed = '';
    up.stdout.setEncoding('utf8').on('data', (text: string) => (printed += text));
    const event = (name: string): string | undefined =>
      printed.split('\n').find((line) => line.includes(`"event":"${name}"`));
    try {
      await eventually(() => event('ready'), { timeoutMs: 60_000 });
    } catch (error) {
      up.kill('SIGTERM');
      throw new Error(`the platform did not start: ${(await up).all}`, { cause: error });
    }
    const platform = platformSchema.parse(JSON.parse(event('platform') ?? ''));
    return new DocumentedPlatform(project, platform, await getPort(), up);
  }

  async run({ text, until, phase }: Running): Promise<Outcome> {
    const line = this.#here(text)
      .replace(FREE_PORT, String(await getPort()))
      .replace(NOW, String(Date.now()));
    if (until !== null) return this.#goOn(line, until, phase === 'early');
    if (/^npx foresize (?!up)[^<>]*$/.test(line)) {
      return foresizeHere(line, this.#project.project, this.#environment());
    }
    const { exitCode, stdout, stderr } = await this.#begin(line);
    return { exitCode, stdout, stderr };
  }

  /** Resolves once a decision has been logged; the log is then in decisions/. */
  async decided(): Promise<void> {
    const password = (await readFile(this.#passwordFile, 'utf8')).trim();
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    const url = `${this.#gatewayUrl}/system/logs?name=apply-resources&follow=false`;
    const log = await eventually(
      async () => {
        const text = await (await fetch(url, { headers: { authorization } })).text();
        const entries = text.split('\n').filter((line) => line !== '');
        const told = entries.map((line) => logEntrySchema.parse(JSON.parse(line)).text);
        return told.some((line) => line.includes('"event":"decision"')) && told.join('\n');
      },
      { timeoutMs: 60_000, everyMs: 500 },
    );
    const folder = join(this.#project.project, 'decisions');
    await mkdir(folder);
    await writeFile(join(folder, 'log.ndjson'), log);
  }

  async stop(): Promise<void> {
    for (const child of this.#goingOn) child.kill('SIGTERM');
    await Promise.all(this.#goingOn);
    await rm(this.#project.folder, { recursive: true, force: true });
  }

  #environment(): Readonly<Record<string, string>> {
    return {
      ...this.#project.environment,
      OPENFAAS_URL: this.#gatewayUrl,
      KUBECONFIG: join(this.#project.project, '.foresize/kubernetes/kubeconfig'),
      PROMETHEUS_URL: `http://127.0.0.1:${this.#prometheusPort}`,
    };
  }

  /** A command with the addresses and names that there are here. */
  #here(text: string): string {
    const prometheus = `127.0.0.1:${this.#prometheusPort}`;
    return text
      .replaceAll('http://127.0.0.1:8080', this.#gatewayUrl)
      .replaceAll('127.0.0.1:9090', prometheus)
      .replace(/^prometheus .*/, `$& --web.listen-address=${prometheus}`)
      .replace(/(foresize record) \S+/, '$1 fresh')
      .replace('--namespace shop', '--namespace openfaas-fn');
  }

  #begin(text: string) {
    // bash becomes the command, which then gets the signals.
    const env = this.#environment();
    const options = { extendEnv: false, reject: false, all: true, stdin: 'ignore' } as const;
    return execa('bash', ['-c', text], { ...options, cwd: this.#project.project, env });
  }

  /** Ends with Ctrl-C, once it is up, what nothing else needs. */
  async #goOn(text: string, until: RegExp, isNeeded: boolean): Promise<Outcome> {
    const child = this.#begin(text);
    let printed = '';
    child.all.setEncoding('utf8').on('data', (more: string) => (printed += more));
    const ended = child.then(() => {
      throw new Error(`it ended: ${printed}`);
    });
    await Promise.race([eventually(() => until.test(printed), { timeoutMs: 20_000 }), ended]);
    ended.catch(() => null);
    if (isNeeded) {
      this.#goingOn.push(child);
      return { exitCode: 0, stdout: printed, stderr: '' };
    }
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await child;
    return { exitCode, stdout, stderr };
  }
}
