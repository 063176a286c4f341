import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { functionDetailSchema, functionListSchema } from '#page/api.ts';
import { runForesize, type RunningUp } from '../up/running-up.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';

describe('foresize page', function () {
  this.timeout(30_000);
  let running: RunningApi;
  const started: RunningUp[] = [];
  const page = (...words: string[]): RunningUp => {
    const fixed = ['--kubeconfig', running.api.kubeconfigPath, '--gateway-metrics', 'none'];
    const process = runForesize('page', ...fixed, ...words);
    started.push(process);
    return process;
  };
  before(async () => {
    running = await startApi();
  });
  after(async () => {
    for (const { child } of started) child.kill('SIGTERM');
    await Promise.all(started.map(({ ended }) => ended));
    await running.close();
  });

  it('serves the functions of the kubeconfig, by an address that is all it writes, until Ctrl-C', async () => {
    const serving = page();
    const url = await serving.line(/^http:/);
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    const ask = async (path: string): Promise<unknown> => (await fetch(`${url}api/functions${path}`)).json();
    const { target, functions } = functionListSchema.parse(await ask(''));
    expect(target).to.equal('the local platform, namespace openfaas-fn');
    expect(functions.map(({ name }) => name)).to.deep.equal(['qrcode']);
    const detail = functionDetailSchema.parse(await ask('/openfaas-fn/qrcode'));
    expect(detail.row.allocated).to.include({ cpuLimitCores: 0.1 });
    expect(await (await fetch(url)).text()).to.contain('<title>Foresize</title>');
    serving.child.kill('SIGINT');
    const { code, stdout, stderr } = await serving.ended;
    expect({ code, stdout }).to.deep.equal({ code: 0, stdout: [url] });
    expect(stderr).to.include('shows the local platform, namespace openfaas-fn, until Ctrl-C');
  });

  it('names a port that is taken, and what it cannot reach', async () => {
    const server = createServer((_, response) => response.writeHead(404).end());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    // A server that listens on a port has an address with one.
    const { port } = server.address() as AddressInfo;
    const [taken, unreachable] = await Promise.all([
      page('--port', String(port)).ended,
      page('--prometheus', `http://127.0.0.1:${port}`, '--quiet').ended,
    ]);
    server.close();
    expect(taken.code).to.equal(1);
    expect(taken.stderr).to.include(`port ${port} on 127.0.0.1, wanted for the page, is in use`);
    expect(unreachable.code).to.equal(1);
    expect(unreachable.stderr).to.include(`http://127.0.0.1:${port}`);
    expect(unreachable.stdout).to.deep.equal([]);
  });
});
