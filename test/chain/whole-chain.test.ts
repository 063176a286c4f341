import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { type Decision, wasApplied } from '#core/messages/decision.ts';
import { p95 } from '../../cli/live/story.ts';
import type { Call } from '../../invoker/call.ts';
import type { Pod } from '../../local/workloads/model.ts';
import { eventually } from '../support/eventually.ts';
import { type ChainOptions, type RunningChain, startChain } from './running-chain.ts';

/** Cycles follow each other sooner than the demonstration's, so that the tests are short; nothing else differs. */
const QUICK = { CYCLE_PERIOD: '5s' };

/** What was seen from the start of the load until the CPU limit was raised. */
interface Story {
  readonly chain: RunningChain;
  readonly before: Pod;
  readonly quotaBeforeUs: number;
  readonly decision: Decision;
  /** Also those to come. */
  readonly calls: readonly Call[];
}

const raisesCpuLimit = ({ from, to }: Decision): boolean =>
  (to?.cpuLimitCores ?? NaN) > (from?.cpuLimitCores ?? NaN);

async function untilResized(options: ChainOptions): Promise<Story> {
  const chain = await startChain(options);
  try {
    const calls: Call[] = [];
    const before = chain.pod('qrcode');
    const quotaBeforeUs = chain.platform.workloads.enforcement.kind === 'cgroup-v1' ? quotaUs(before) : NaN;
    chain.load((call) => calls.push(call));
    const decision = await chain.decisionThat((made) => wasApplied(made) && raisesCpuLimit(made));
    return { chain, before, quotaBeforeUs, decision, calls };
  } catch (error) {
    await chain.stop();
    throw error;
  }
}

/** The kernel's own CPU quota of the process, µs of 100 ms (cgroup v1). */
function quotaUs({ pid }: Pod): number {
  const own = readFileSync(`/proc/${String(pid)}/cgroup`, 'utf8');
  const group = /:(?:[^:]*,)?cpu(?:,[^:]*)?:(.*)/.exec(own)?.[1] ?? '';
  return Number(readFileSync(join('/sys/fs/cgroup/cpu', group, 'cpu.cfs_quota_us'), 'utf8'));
}

function expectResized({ chain, before, decision }: Story): void {
  const after = chain.pod('qrcode');
  expect(before.inForce.cpuLimitCores).to.equal(0.1);
  expect(decision.from?.cpuLimitCores).to.equal(0.1);
  expect(decision.to?.cpuLimitCores).to.be.at.least(0.2);
  expect(after.desired.cpuLimitCores).to.be.at.least(decision.to?.cpuLimitCores ?? Infinity);
  expect(after.inForce).to.deep.equal(after.desired);
  expect(after).to.include({ uid: before.uid, pid: before.pid, restarts: 0, qosClass: 'Burstable' });
}

const VARIANTS = {
  sync: { environment: QUICK },
  async: { environment: { ...QUICK, CHAIN: 'async' } },
  emulated: { environment: QUICK, enforcement: 'emulated' },
} as const satisfies Record<string, ChainOptions>;

describe('the whole chain on the local platform, under load', function () {
  this.timeout(180_000);
  const stories = new Map<keyof typeof VARIANTS, Promise<Story>>();
  const storyOf = async (variant: keyof typeof VARIANTS): Promise<Story> => {
    const story = await stories.get(variant);
    if (story === undefined) throw new Error(`${variant} was not started`);
    return story;
  };

  // One after the other: side by side they starve each other.
  before(async () => {
    for (const variant of ['sync', 'async', 'emulated'] as const) {
      stories.set(variant, untilResized(VARIANTS[variant]));
      await Promise.allSettled(stories.values());
    }
  });
  after(async () => {
    const started = await Promise.allSettled(stories.values());
    await Promise.all(started.flatMap((one) => (one.status === 'fulfilled' ? [one.value.chain.stop()] : [])));
  });

  describe('called through the gateway, triggered by cron', () => {
    let story: Story;

    before(async () => {
      story = await storyOf('sync');
    });

    it('raises the CPU limit of the running pod, without a restart', () => {
      expectResized(story);
    });

    it("changes the kernel's own quota", function () {
      if (story.chain.platform.workloads.enforcement.kind !== 'cgroup-v1') {
        this.test!.title += ' (skipped: no writable cgroup v1 here)';
        this.skip();
      }
      const after = story.chain.pod('qrcode');
      expect(story.quotaBeforeUs).to.equal(10_000);
      expect(quotaUs(after)).to.be.closeTo((after.inForce.cpuLimitCores ?? NaN) * 100_000, 1);
    });

    it('says why, rule by rule, with the outcome of each pod', () => {
      const { decision, before } = story;
      expect(decision.path).to.equal('rescue');
      expect(decision.reason).to.match(/CPU limit 100m → \d+m?: work takes [\d.]+ times as long/);
      const [step] = decision.steps;
      expect(step).to.include({ rule: 'rescue-throttling', resource: 'cpu-limit', before: 0.1 });
      expect(decision.outcomes).to.deep.equal([{ pod: before.name, result: 'applied', detail: 'in force' }]);
    });

    it('makes calls faster at the 95th percentile', async () => {
      const { calls, decision } = story;
      const slow = calls.filter(({ dueAtMs }) => dueAtMs < decision.at);
      const later = () => calls.filter(({ dueAtMs }) => dueAtMs > decision.at + 1000);
      await eventually(() => later().length >= 30, { timeoutMs: 20_000, everyMs: 100 });
      expect(slow).to.have.length.of.at.least(10);
      expect(new Set(calls.map(({ status }) => status))).to.deep.equal(new Set([200]));
      const p95Of = (some: readonly Call[]): number => p95(some.map(({ latencyMs }) => latencyMs)) ?? NaN;
      expect(p95Of(later())).to.be.lessThan(p95Of(slow));
    });

    it('holds what it has sized, and says so every cycle', async () => {
      const { chain, decision } = story;
      const held = await chain.decisionThat(
        ({ cycle, action }) => cycle > decision.cycle && action === 'hold',
      );
      expect(held.to?.cpuLimitCores).to.equal(held.from?.cpuLimitCores);
      expect(new Set(chain.decisions.map(({ name }) => name))).to.deep.equal(new Set(['qrcode']));
    });
  });

  describe('carried by the queue', () => {
    it('resizes as well, by predict-resources’ callback to apply-resources', async () => {
      const story = await storyOf('async');
      expectResized(story);
      const { workloads, namespace } = story.chain.platform;
      const cycles = workloads
        .logs(namespace, 'collect-metrics')
        .filter(({ text }) => text.includes('"event":"cycle"'));
      expect(cycles).to.have.length.of.at.least(1);
      for (const { text } of cycles) expect(text).to.include('"status":"queued"');
    });
  });

  describe('where limits are emulated', () => {
    it('resizes as well', async () => {
      const story = await storyOf('emulated');
      expect(story.chain.platform.workloads.enforcement.kind).to.equal('emulated');
      expectResized(story);
    });
  });
});
