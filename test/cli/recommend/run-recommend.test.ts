import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { runExplain } from '../../../cli/explain/run-explain.ts';
import { runRecommend } from '../../../cli/recommend/run-recommend.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { deploymentOf, podOf } from '../../local/kubernetes/workloads-in-memory.ts';
import { failure } from '../../support/failure.ts';
import { printed } from '../printed.ts';
import { lookingAt, recommended } from './looking.ts';

const SIZES = {
  cpuRequestCores: 0.05,
  cpuLimitCores: 0.1,
  memoryRequestBytes: null,
  memoryLimitBytes: null,
};
/** As apply-resources writes it. */
const DECISION = {
  event: 'decision',
  namespace: 'openfaas-fn',
  name: 'qrcode',
  cycle: 1,
  at: Date.UTC(2026, 5, 15, 12),
  action: 'resize',
  mode: 'apply',
  path: 'rescue',
  from: SIZES,
  to: { ...SIZES, cpuLimitCores: 0.48 },
  reason: 'CPU limit 100m → 480m: slow',
  steps: [
    {
      rule: 'rescue-throttling',
      resource: 'cpu-limit',
      before: 0.1,
      after: 0.48,
      why: 'work takes 4 times as long',
    },
  ],
  outcomes: [{ pod: 'qrcode-1', result: 'applied', detail: 'in force' }],
};

describe('Looking at the local platform', () => {
  let running: RunningApi;
  const flags = () => lookingAt(running);
  beforeEach(async () => {
    running = await startApi();
  });
  afterEach(async () => {
    process.exitCode = undefined;
    await running.close();
  });

  it('recommends for its functions, by its kubeconfig alone', async () => {
    const { target, recommendations, notes } = await recommended(flags());
    expect(target).to.equal('the local platform, namespace openfaas-fn');
    expect(recommendations.map(({ name, pods }) => [name, pods])).to.deep.equal([['qrcode', 1]]);
    expect(recommendations[0]?.from).to.include({ cpuRequestCores: 0.05, cpuLimitCores: 0.1 });
    expect(recommendations[0]?.confidence.level).to.equal('low');
    expect(notes).to.deep.equal([]);
  });

  it("recommends for any Deployment's pods", async () => {
    const { recommendations } = await recommended({ ...flags(), allDeployments: true });
    expect(recommendations.map(({ name, pods }) => [name, pods])).to.deep.equal([['qrcode', 1]]);
  });

  it('says that calls are not known where the gateway is not found', async () => {
    const { notes } = await recommended({ ...flags(), gatewayMetrics: undefined });
    expect(notes.join()).to.include('calls are not known');
  });

  it('names the functions that there are, where a name is wrong', async () => {
    const { message } = await failure(runRecommend(['qrcod'], flags()));
    expect(message).to.equal(
      'there is no function qrcod on the local platform, namespace openfaas-fn, but qrcode',
    );
  });

  it('explains a decision made now, where there is no log', async () => {
    const text = await printed(() => runExplain('qrcode', flags()));
    expect(text).to.match(
      /^qrcode on the local platform, namespace openfaas-fn\n {2}decided now, since no log/,
    );
    expect(text).to.include('In the end\n').and.to.include('confidence low');
  });

  it('explains the last change in the log of the running apply-resources', async () => {
    const apply = deploymentOf('apply-resources');
    const pod = podOf(apply);
    running.workloads.add(apply, pod);
    const line = { name: 'apply-resources', namespace: 'openfaas-fn', instance: pod.name };
    const texts = ['{"level":30,"msg":"started"}', JSON.stringify(DECISION)];
    running.workloads.write(...texts.map((text) => ({ ...line, timestampMs: DECISION.at, text })));
    const text = await printed(() => runExplain('qrcode', flags()));
    expect(text).to.match(
      /^qrcode on the local platform, namespace openfaas-fn\n {2}decided 2026-06-15 12:00:00: resize\n/,
    );
  });

  it('explains the last change of a log, and what happened after', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'foresize-explain-'));
    const later = {
      ...DECISION,
      at: DECISION.at + 15_000,
      action: 'hold',
      path: 'none',
      steps: [],
      outcomes: [],
    };
    const path = join(folder, 'decisions-2026-06-15.ndjson');
    writeFileSync(path, `${JSON.stringify(DECISION)}\nnoise\n${JSON.stringify(later)}\n`);
    try {
      const text = await printed(() => runExplain('qrcode', { ...flags(), log: [folder] }));
      expect(text).to.equal(
        [
          `qrcode on ${folder}`,
          '  decided 2026-06-15 12:00:00: resize',
          '  CPU limit 100m → 480m: slow',
          'Sizes',
          '  CPU limit 100m → 480m',
          '  CPU request 50m',
          '  memory limit none',
          '  memory request none',
          'Rules',
          '  CPU limit 100m → 480m (rescue-throttling): work takes 4 times as long',
          'What happened after',
          '  qrcode-1: applied, in force',
          '  1 decision since then, which changed nothing',
          '',
        ].join('\n'),
      );
      expect(readFileSync(path, 'utf8')).to.include('noise');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
