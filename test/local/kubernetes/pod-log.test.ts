import { once } from 'node:events';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { KubeConfig, Log } from '@kubernetes/client-node';
import { expect } from 'chai';
import { execa } from 'execa';
import { eventually } from '../../support/eventually.ts';
import { findBinary } from '../../support/find-binary.ts';
import { startApi, type RunningApi } from './running-api.ts';

const kubectl = findBinary('KUBECTL', 'kubectl');
const AT = Date.UTC(2026, 0, 5, 12);

describe("A pod's log by the local Kubernetes API", () => {
  let running: RunningApi;
  before(async () => {
    running = await startApi();
    running.workloads.write(
      lineOf(0, 'one'),
      lineOf(1, 'of another pod', 'qrcode-other'),
      lineOf(2.5, '{"two":2}'),
      lineOf(3, 'three'),
    );
  });
  after(() => running.close());

  const lineOf = (seconds: number, text: string, instance = running.workloads.pods()[0]?.name ?? '') => ({
    name: 'qrcode',
    namespace: 'openfaas-fn',
    instance,
    timestampMs: AT + seconds * 1000,
    text,
  });

  const log = async (query = ''): Promise<string> => {
    const { status, text } = await running.call('GET', `${running.podPath}/log${query}`);
    return `${status} ${text}`;
  };

  it('is what that pod has written, as text', async () => {
    expect(await log()).to.equal('200 one\n{"two":2}\nthree\n');
  });

  it('is its end, or what is newer than a second, where that is asked for', async () => {
    expect(await log('?tailLines=2')).to.equal('200 {"two":2}\nthree\n');
    expect(await log('?tailLines=0')).to.equal('200 ');
    const since = encodeURIComponent(new Date(AT + 2900).toISOString());
    expect(await log(`?sinceTime=${since}`)).to.equal('200 {"two":2}\nthree\n');
    expect(await log('?tailLines=1&timestamps=true')).to.equal('200 2026-01-05T12:00:03.000Z three\n');
  });

  it('is refused to a reader, in a wrong way, and of no pod', async () => {
    for (const query of ['?tailLines=-1', '?tailLines=a', '?sinceTime=now']) {
      expect(await log(query), query).to.match(/^400 /);
    }
    const { token } = running.api.identities.reader;
    expect((await running.call('GET', `${running.podPath}/log`, { token })).status).to.equal(403);
    const none = await running.call('GET', '/api/v1/namespaces/openfaas-fn/pods/none/log');
    expect(none.status).to.equal(404);
  });

  it('is followed until the client leaves, from its end on', async () => {
    const config = new KubeConfig();
    config.loadFromFile(running.api.kubeconfigPath);
    const read = new PassThrough().setEncoding('utf8');
    const [pod] = running.workloads.pods();
    const options = { follow: true, tailLines: 1 };
    const client = await new Log(config).log('openfaas-fn', pod?.name ?? '', 'qrcode', read, options);
    expect(await once(read, 'data')).to.deep.equal(['three\n']);
    const next = once(read, 'data');
    running.workloads.write(lineOf(4, 'of another pod', 'qrcode-other'), lineOf(5, 'five'));
    expect(await next).to.deep.equal(['five\n']);
    expect(running.workloads.listeners).to.equal(2);
    client.abort();
    await eventually(() => running.workloads.listeners === 1);
  });

  describe(`with kubectl${kubectl === undefined ? ' (none on PATH or in KUBECTL)' : ''}`, () => {
    before(function () {
      if (kubectl === undefined) this.skip();
    });

    it('is what kubectl logs shows', async () => {
      const cache = join(running.directory, 'cache');
      const options = ['--kubeconfig', running.api.kubeconfigPath, '--cache-dir', cache];
      const [pod] = running.workloads.pods();
      const words = ['logs', pod?.name ?? '', '--tail', '2', '--since-time', new Date(AT).toISOString()];
      const { stdout } = await execa(kubectl ?? '', [...options, ...words]);
      expect(stdout).to.equal('three\nfive');
    });
  });
});
