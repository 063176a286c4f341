import { expect } from 'chai';
import * as z from 'zod';
import type { PodNews } from '#core/chain/ports.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createEventAnnouncer } from '#platform/kubernetes/event-announcer.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';

const PATH = '/api/v1/namespaces/openfaas-fn/events';
const listSchema = z.object({
  items: z.array(
    z.object({
      type: z.string(),
      reason: z.string(),
      message: z.string(),
      count: z.number(),
      reportingComponent: z.string(),
      involvedObject: z.object({ kind: z.string(), name: z.string(), uid: z.string() }),
    }),
  ),
});

describe('the announcer of events', () => {
  let running: RunningApi;
  let connection: KubernetesConnection;
  let news: PodNews;
  let now = 1_800_000_000_000;
  const warnings: object[] = [];
  const log = { warn: (fields: object) => warnings.push(fields) };

  const connect = (token: string): KubernetesConnection => connectTo(running, { token });
  const events = async () => listSchema.parse((await running.call('GET', PATH)).body).items;

  beforeEach(async () => {
    running = await startApi();
    connection = connect(running.api.identities.writer.token);
    warnings.length = 0;
    const [target] = await createKubernetesWorkloads(connection).functions(new AbortController().signal);
    news = { pod: target!.pods[0]!, kind: 'FunctionResized', message: 'CPU limit 100m → 400m: it was slow' };
  });
  afterEach(async () => {
    connection.close();
    await running.close();
  });

  it('writes an event on the pod, with the rights of the writer', async () => {
    const announcer = createEventAnnouncer(connection, log, { clock: () => now });
    announcer.announce(news);
    announcer.announce({ ...news, kind: 'ResizeInfeasible', message: 'x'.repeat(2000) });
    announcer.announce({ ...news, kind: 'RolledBack' });
    await announcer.idle();
    const found = await events();
    expect(found.map(({ type, reason }) => `${type} ${reason}`)).to.have.members([
      'Normal FunctionResized',
      'Warning ResizeInfeasible',
      'Warning RolledBack',
    ]);
    const resized = found.find(({ reason }) => reason === 'FunctionResized');
    expect(resized).to.deep.include({ message: news.message, count: 1, reportingComponent: 'foresize' });
    expect(resized?.involvedObject).to.deep.equal({ kind: 'Pod', name: news.pod.pod, uid: news.pod.uid });
    expect(Math.max(...found.map(({ message }) => message.length))).to.equal(1024);
    expect(warnings).to.be.empty;
  });

  it('makes one event of the same news, counted every ten minutes', async () => {
    const announcer = createEventAnnouncer(connection, log, { clock: () => now });
    for (let cycle = 0; cycle <= 41; cycle += 1, now += 15_000) announcer.announce(news);
    await announcer.idle();
    expect((await events()).map(({ count }) => count)).to.deep.equal([2]);
  });

  it('logs once that it is refused, and throws nothing', async () => {
    const reader = connect(running.api.identities.reader.token);
    const announcer = createEventAnnouncer(reader, log, { clock: () => now });
    announcer.announce(news);
    announcer.announce({ ...news, kind: 'RolledBack' });
    await announcer.idle();
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.have.property('problem').that.includes('cannot create resource "events"');
    reader.close();
  });
});
