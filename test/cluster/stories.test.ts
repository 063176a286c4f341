import { expect } from 'chai';
import type { Decision } from '#core/messages/decision.ts';
import { eventually } from '../support/eventually.ts';
import { KUBECONFIG, NO_CLUSTER, readyPod } from './cluster.ts';
import { IMAGES_TOLD, NO_BUILDER } from './images.ts';
import { install, type Installation, type LoadSummary, type Sized } from './installation.ts';
import { type KernelLimits, kernelLimits } from './kernel-limits.ts';
import { tell } from './transcript.ts';

const MIB = 2 ** 20;

const QUICK = { evidence: '90s', cooldown: '60s' };

const FUNCTIONS = {
  qrcode: {
    name: 'qrcode',
    image: 'qrcode',
    limits: { cpu: '100m', memory: '256Mi' },
    requests: { cpu: '50m', memory: '128Mi' },
    annotations: QUICK,
  },
  glutton: {
    name: 'glutton',
    image: 'workload',
    limits: { cpu: '500m', memory: '128Mi' },
    requests: { cpu: '50m', memory: '96Mi' },
  },
  parent: {
    name: 'parent',
    image: 'workload',
    limits: { cpu: '500m', memory: '128Mi' },
    requests: { cpu: '50m', memory: '96Mi' },
  },
  starter: {
    name: 'starter',
    image: 'workload',
    // Even the watchdog, which answers the probes, gets too little beside a function that starts.
    limits: { cpu: '10m', memory: '256Mi' },
    requests: { cpu: '10m', memory: '96Mi' },
    environment: { START_ITERATIONS: '1000000' },
  },
  relapser: {
    name: 'relapser',
    image: 'workload',
    limits: { cpu: '500m', memory: '256Mi' },
    requests: { cpu: '20m', memory: '200Mi' },
    annotations: QUICK,
  },
} as const satisfies Record<string, Sized>;

const isResize = ({ action }: Decision): boolean => action === 'resize';
const isRescue = (decision: Decision): boolean => isResize(decision) && decision.path === 'rescue';

describe(`the chain on a cluster, ${IMAGES_TOLD}${NO_CLUSTER || NO_BUILDER}`, function () {
  this.timeout(900_000);
  let installed: Installation;
  let load: Promise<LoadSummary>;

  before(async function () {
    if (KUBECONFIG === undefined || NO_BUILDER !== '') {
      this.skip();
      return;
    }
    installed = await install({ functions: Object.values(FUNCTIONS) });
    load = installed.load('qrcode', {
      ratePerMinute: 240,
      durationMs: 330_000,
      body: 'a text of some length',
    });
    load.catch(() => undefined);
  });
  after(async () => {
    if (KUBECONFIG !== undefined && NO_BUILDER === '') await installed.remove();
  });

  const pod = (name: string) => readyPod(installed.cluster, installed.namespace, name, 240_000);
  const kernel = async (name: string): Promise<KernelLimits> => {
    const podName = (await pod(name)).metadata?.name ?? '';
    const limits = await kernelLimits(installed.cluster, installed.namespace, podName);
    tell(`${podName}: the kernel has ${JSON.stringify(limits)}`);
    return limits;
  };
  const restartsOf = async (name: string) => (await pod(name)).status?.containerStatuses?.[0]?.restartCount;

  it('frees a throttled function in place, and the kernel follows', async () => {
    const before = await pod('qrcode');
    expect((await kernel('qrcode')).cpuCores).to.equal(0.1);
    const { to } = await installed.decisionThat('qrcode', isRescue);
    const limit = to?.cpuLimitCores ?? 0;
    expect(limit).to.be.at.least(0.2);
    await eventually(async () => expect((await kernel('qrcode')).cpuCores).to.be.closeTo(limit, 0.002), {
      timeoutMs: 30_000,
      everyMs: 1000,
    });
    const after = await pod('qrcode');
    expect(after.metadata?.uid).to.equal(before.metadata?.uid);
    expect(await restartsOf('qrcode')).to.equal(0);
  });

  it('gives a function more memory after it was killed for want of it, and then it can do its work', async () => {
    await pod('glutton');
    const wish = JSON.stringify({ holdMiB: 112 });
    expect(await installed.call('glutton', wish)).to.not.equal(200);
    const { to, from } = await installed.decisionThat('glutton', isRescue);
    expect(to?.memoryLimitBytes).to.be.at.least(1.4 * (from?.memoryLimitBytes ?? Infinity));
    await eventually(
      async () => expect((await kernel('glutton')).memoryBytes).to.equal(to?.memoryLimitBytes),
      {
        timeoutMs: 60_000,
        everyMs: 1000,
      },
    );
    expect(await restartsOf('glutton')).to.equal(1);
    expect(await installed.call('glutton', wish)).to.equal(200);
  });

  it('hears of a child that was killed for want of memory while its parent lives on', async function () {
    // Version 2 kills all of a container at once (memory.oom.group), which is the story above.
    if ((await kernel('parent')).version === 2) {
      this.skip();
      return;
    }
    expect(await installed.call('parent', JSON.stringify({ childMiB: 400 }))).to.equal(200);
    const { to, reason } = await installed.decisionThat('parent', isRescue);
    expect(reason).to.match(/memory/i);
    expect(to?.memoryLimitBytes).to.be.at.least(1.4 * 128 * MIB);
    expect(await restartsOf('parent')).to.equal(0);
  });

  it('lets a function start that its limit kept from ever answering', async () => {
    // Whether it was found not ready, or ready for a moment and throttled, it is by far more than it had.
    const { to } = await installed.decisionThat('starter', isRescue);
    expect(to?.cpuLimitCores).to.be.at.least(0.5);
    const answers = async () => expect(await installed.call('starter', '{}')).to.equal(200);
    await eventually(answers, { timeoutMs: 120_000, everyMs: 2000 });
    expect((await kernel('starter')).cpuCores).to.be.at.least(0.5);
  });

  it('resizes a function under load up and down in place, without a restart', async () => {
    const { calls, errors, latencyMs } = await load;
    tell(`qrcode: ${calls} calls, ${errors} errors, ms ${JSON.stringify(latencyMs)}`);
    expect(calls).to.be.greaterThan(500);
    expect(errors / calls).to.be.at.most(0.01);
    const resizes = installed.decisions.filter((one) => one.name === 'qrcode' && isResize(one));
    expect(resizes.length).to.be.at.least(3);
    const shrinks = resizes.filter(
      ({ from, to }) =>
        (to?.cpuRequestCores ?? 0) < (from?.cpuRequestCores ?? 0) ||
        (to?.memoryRequestBytes ?? 0) < (from?.memoryRequestBytes ?? 0),
    );
    expect(shrinks.length).to.be.at.least(1);
    expect(await restartsOf('qrcode')).to.equal(0);
    for (const { outcomes } of resizes)
      for (const { result, detail } of outcomes) expect(result, detail).to.equal('applied');
  });

  it('takes back what it shrank before a kill, and shrinks it no more, through a redeploy either', async () => {
    const memory = 'memory-request';
    const bytes = (resources: Decision['to']): number => resources?.memoryRequestBytes ?? NaN;
    const isShrink = ({ name, from, to }: Decision): boolean =>
      name === 'relapser' && bytes(to) < bytes(from);
    await installed.decisionThat('relapser', isShrink);
    expect(await installed.call('relapser', JSON.stringify({ holdMiB: 300 }))).to.not.equal(200);
    const isRollback = ({ steps }: Decision): boolean => steps.some(({ rule }) => rule === 'rollback');
    const { at, to } = await installed.decisionThat('relapser', isRollback);
    const last = installed.decisions.findLast((one) => isShrink(one) && one.at < at);
    expect(bytes(to)).to.be.at.least(bytes(last?.from ?? null));
    const old = await pod('relapser');
    await installed.redeploy(FUNCTIONS.relapser);
    const isNew = async () => (await pod('relapser')).metadata?.uid !== old.metadata?.uid;
    await eventually(isNew, { timeoutMs: 120_000, everyMs: 1000 });
    const sinceMs = Date.now();
    const isHeld = (one: Decision): boolean =>
      one.at > sinceMs &&
      one.steps.some(({ rule, resource }) => rule === 'quarantine' && resource === memory);
    const held = await installed.decisionThat('relapser', isHeld, 300_000);
    expect(bytes(held.to ?? held.from)).to.be.at.least(bytes(to));
    expect((await kernel('relapser')).memoryBytes).to.equal(to?.memoryLimitBytes);
  });

  it('gives a new pod the last decision, after a deletion and after a rollout', async () => {
    const { cluster, namespace } = installed;
    const sized = await kernel('qrcode');
    const old = await pod('qrcode');
    await cluster.core.deleteNamespacedPod({ name: old.metadata?.name ?? '', namespace });
    const follows = async () => expect((await kernel('qrcode')).cpuCores).to.equal(sized.cpuCores);
    await eventually(follows, { timeoutMs: 120_000, everyMs: 2000 });
    expect((await pod('qrcode')).metadata?.uid).to.not.equal(old.metadata?.uid);
    await installed.redeploy(FUNCTIONS.qrcode);
    await eventually(
      async () => expect((await pod('qrcode')).metadata?.labels?.uid).to.not.equal(old.metadata?.labels?.uid),
      { timeoutMs: 120_000, everyMs: 2000 },
    );
    await eventually(follows, { timeoutMs: 120_000, everyMs: 2000 });
    expect(await restartsOf('qrcode')).to.equal(0);
  });
});
