import { expect } from 'chai';
import { eventually } from '../../support/eventually.ts';
import { deployBody, startHarness, type Harness } from './harness.ts';

const START_MS = Date.parse('2026-01-01T00:00:00Z');

describe('/system/logs', () => {
  let harness: Harness;

  beforeEach(async () => {
    harness = await startHarness({ image: (_request, response) => response.end('ok') });
    for (const name of ['probe', 'other']) {
      await harness.system('POST', '/functions', deployBody(name, 'image'));
    }
    for (const second of [0, 1, 2, 3]) say('probe', second, second % 2 === 0 ? 'pod-a' : 'pod-b');
    say('other', 9, 'pod-c');
  });

  afterEach(() => harness.stop());

  function say(name: string, second: number, instance: string): void {
    const timestampMs = START_MS + second * 1000;
    harness.workloads.log({ name, namespace: 'openfaas-fn', instance, timestampMs, text: `line ${second}` });
  }

  async function texts(query: string): Promise<string[]> {
    const lines = (await (await harness.system('GET', `/logs?name=probe${query}`)).text()).trim().split('\n');
    return lines.map((line) => (JSON.parse(line) as { text: string }).text);
  }

  it('gives the kept lines of one function as NDJSON and ends', async () => {
    const answer = await harness.system('GET', '/logs?name=probe&tail=1&follow=false');
    expect(answer.headers.get('content-type')).to.equal('application/x-ndjson');
    expect(await answer.text()).to.equal(
      `${JSON.stringify({
        name: 'probe',
        namespace: 'openfaas-fn',
        instance: 'pod-b',
        timestamp: '2026-01-01T00:00:03.000Z',
        text: 'line 3',
      })}\n`,
    );
  });

  it('takes the last lines, those since a time, and those of one instance', async () => {
    expect(await texts('')).to.deep.equal(['line 0', 'line 1', 'line 2', 'line 3']);
    expect(await texts('&tail=2')).to.deep.equal(['line 2', 'line 3']);
    expect(await texts('&since=2026-01-01T00:00:03Z')).to.deep.equal(['line 3']);
    expect(await texts('&instance=pod-a')).to.deep.equal(['line 0', 'line 2']);
    expect(await texts('&instance=pod-a&tail=1')).to.deep.equal(['line 2']);
  });

  it('follows what comes, of this function only, until the client goes', async () => {
    const before = harness.workloads.subscribers();
    const answer = await harness.system('GET', '/logs?name=probe&follow=true&tail=1');
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    expect((await reader.read()).value).to.contain('line 3');
    say('other', 4, 'pod-c');
    say('probe', 5, 'pod-a');
    const { value } = await reader.read();
    expect(value).to.contain('line 5').and.not.contain('line 4');
    await reader.cancel();
    await eventually(() => harness.workloads.subscribers() === before);
  });

  it('lets followers go when the gateway closes', async () => {
    const answer = await harness.system('GET', '/logs?name=probe&follow=1');
    const ended = answer.text().catch(() => 'cut');
    await harness.gateway.close();
    expect(await ended).to.equal('cut');
  });

  it('refuses an unknown function, a wrong time and a wrong number', async () => {
    expect((await harness.system('GET', '/logs?name=ghost')).status).to.equal(404);
    expect((await harness.system('GET', '/logs?name=probe&since=yesterday')).status).to.equal(400);
    expect((await harness.system('GET', '/logs?name=probe&tail=few')).status).to.equal(400);
  });
});
