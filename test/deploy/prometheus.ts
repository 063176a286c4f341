import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import getPort from 'get-port';

export interface RunningPrometheus {
  readonly origin: string;
  stop(): Promise<void>;
}

/** Starts a Prometheus on `prometheus.yml` and `data` of a directory; it is not ready yet. */
export async function startPrometheus(binary: string, directory: string): Promise<RunningPrometheus> {
  const port = await getPort();
  const child = spawn(
    binary,
    [
      ...[
        `--config.file=${join(directory, 'prometheus.yml')}`,
        `--storage.tsdb.path=${join(directory, 'data')}`,
      ],
      ...[`--web.listen-address=127.0.0.1:${port}`, '--log.level=error'],
    ],
    { stdio: 'ignore' },
  );
  return {
    origin: `http://127.0.0.1:${port}`,
    stop: async () => {
      if (child.exitCode !== null) return;
      child.kill();
      await once(child, 'exit');
    },
  };
}
