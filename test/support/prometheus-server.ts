import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import getPort from 'get-port';
import { eventually } from './eventually.ts';

const PROMETHEUS = process.env.PROMETHEUS ?? 'prometheus';
const PROMTOOL = process.env.PROMTOOL ?? 'promtool';

const runs = (program: string): boolean => !spawnSync(program, ['--version']).error;

export const hasPrometheus = (): boolean => runs(PROMETHEUS);

/** Whether a Prometheus can be started with samples of the past. */
export const hasPromtool = (): boolean => hasPrometheus() && runs(PROMTOOL);

export interface PrometheusServer {
  readonly url: string;
  stop(): Promise<void>;
}

export interface PrometheusServerOptions {
  /** prometheus.yml; by default it scrapes nothing. */
  readonly config?: string;
  /** Samples to begin with, as OpenMetrics without the closing `# EOF`. */
  readonly past?: string;
}

/** A real Prometheus on a free port, answering queries. */
export async function startPrometheus({
  config = '',
  past,
}: PrometheusServerOptions): Promise<PrometheusServer> {
  const directory = mkdtempSync(join(tmpdir(), 'foresize-prometheus-'));
  const data = join(directory, 'data');
  if (past !== undefined) backfill(join(directory, 'past.txt'), past, data);
  writeFileSync(join(directory, 'prometheus.yml'), config);
  const port = await getPort();
  const child = spawn(
    PROMETHEUS,
    [
      `--config.file=${directory}/prometheus.yml`,
      `--storage.tsdb.path=${data}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: 'ignore' },
  );
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/-/ready`)).ok, { timeoutMs: 15_000 });
  return { url, stop: () => stop(child, directory) };
}

function backfill(file: string, past: string, data: string): void {
  writeFileSync(file, `${past}# EOF\n`);
  const made = spawnSync(PROMTOOL, ['tsdb', 'create-blocks-from', 'openmetrics', '--quiet', file, data]);
  if (made.status !== 0) throw new Error(`promtool: ${String(made.stderr)}`);
}

async function stop(child: ChildProcess, directory: string): Promise<void> {
  if (child.exitCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(directory, { recursive: true, force: true });
}
