import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import { deploymentOf, podOf } from '../../local/kubernetes/workloads-in-memory.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { runRecommend } from '../../../cli/recommend/run-recommend.ts';
import { foresize } from '../foresize.ts';
import { exitCodeOf, printed } from '../printed.ts';
import { lookingAt, TWO_READS_MS, useSteadily } from './looking.ts';

const MIB = 2 ** 20;

describe('The exit code of foresize recommend', () => {
  let running: RunningApi;
  beforeEach(async () => {
    running = await startApi();
  });
  afterEach(() => running.close());

  /** Pods that use 50 MiB, and request so much. */
  function request(memoryRequestBytes: number): void {
    const [qrcode] = running.workloads.pods();
    if (qrcode !== undefined) running.workloads.drop(qrcode);
    const deployment = deploymentOf('qrcode', {
      cpuRequestCores: 0.011,
      cpuLimitCores: null,
      memoryRequestBytes,
      memoryLimitBytes: Math.max(60 * MIB, memoryRequestBytes),
    });
    running.workloads.add(deployment, podOf(deployment));
    useSteadily(running);
  }

  it('is 3 where --fail-on finds what it looks for, else 0', async () => {
    const table: [size: number, found: string[]][] = [
      [16 * MIB, ['under', 'any']],
      [55 * MIB, []],
      [400 * MIB, ['over', 'any']],
    ];
    for (const [size, found] of table) {
      for (const failOn of ['under', 'over', 'any'] as const) {
        request(size);
        const flags = lookingAt(running, { for: TWO_READS_MS, failOn });
        const code = await exitCodeOf(() => printed(() => runRecommend([], flags)));
        expect(code, `${size / MIB} Mi, ${failOn}`).to.equal(found.includes(failOn) ? 3 : 0);
      }
    }
  });

  it('is that of the process, whose output is there nevertheless', async () => {
    request(16 * MIB);
    const where = ['--kubeconfig', running.api.kubeconfigPath, '--gateway-metrics', 'none'];
    const words = ['--for', `${TWO_READS_MS}ms`, '--fail-on', 'under', '--quiet'];
    const { exitCode, stdout } = await foresize('recommend', ...where, ...words);
    expect(exitCode).to.equal(3);
    expect(stdout).to.match(/^qrcode +short /m);
  });

  it('is 2 for wrong input, and 1 where no server answers', async () => {
    expect((await foresize('recommend', '--fail-on', 'much')).exitCode).to.equal(2);
    expect((await foresize('recommend', '--json', '--format', 'csv')).exitCode).to.equal(2);
    const words = ['recommend', '--kubeconfig', running.api.kubeconfigPath, '--source', 'prometheus'];
    expect((await foresize(...words, '--prometheus', 'http://127.0.0.1:1')).exitCode).to.equal(1);
  });

  it('is 130 where Ctrl-C ends it while it watches', async () => {
    const server = createServer((_request, response) => response.end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const where = ['--kubeconfig', running.api.kubeconfigPath, '--for', '1h'];
    const asked = once(server, 'request');
    const child = foresize('recommend', ...where, '--gateway-metrics', `http://127.0.0.1:${port}/metrics`);
    await asked;
    child.kill('SIGINT');
    const { exitCode, stdout } = await child;
    expect([exitCode, stdout]).to.deep.equal([130, '']);
    server.closeAllConnections();
    server.close();
  });
});
