import { expect } from 'chai';
import { startApi, type RunningApi } from './running-api.ts';

const AT = Date.UTC(2026, 0, 5, 12);

describe("A pod's log by the local Kubernetes API", () => {
  let running: RunningApi;
  before(async () => {
    running = await startApi();
    const instance = running.workloads.pods()[0]?.name ?? '';
    const line = (seconds: number, text: string, from = instance) => ({
      name: 'qrcode',
      namespace: 'openfaas-fn',
      instance: from,
      timestampMs: AT + seconds * 1000,
      text,
    });
    running.workloads.lines.push(
      line(0, 'one'),
      line(1, 'of another pod', 'qrcode-other'),
      line(2.5, '{"two":2}'),
      line(3, 'three'),
    );
  });
  after(() => running.close());

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
    for (const query of ['?tailLines=-1', '?tailLines=a', '?sinceTime=now', '?follow=true']) {
      expect(await log(query), query).to.match(/^400 /);
    }
    const { token } = running.api.identities.reader;
    expect((await running.call('GET', `${running.podPath}/log`, { token })).status).to.equal(403);
    const none = await running.call('GET', '/api/v1/namespaces/openfaas-fn/pods/none/log');
    expect(none.status).to.equal(404);
  });
});
