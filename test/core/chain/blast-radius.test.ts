import { expect } from 'chai';
import fc from 'fast-check';
import { applyForecasts } from '#core/chain/apply.ts';
import type { Actuator, LiveFunction, StoredState } from '#core/chain/ports.ts';
import { shrinksAllowed } from '#core/chain/shrink-share.ts';
import type { Decision } from '#core/messages/decision.ts';
import { isSame } from '#core/policy/resources.ts';
import type { Signals } from '#core/messages/usage.ts';
import { HOUR, MI, MINUTE, NOW, type Situation, watched } from '../policy/situation.ts';
import { APPLY_OPTIONS, applyPorts, forecast, live, memoryState, signal } from './in-memory.ts';

const CYCLE_MS = 15_000;
const ANNOTATIONS = {
  'foresize/mode': 'apply',
  'foresize/gate': 'off',
  'foresize/evidence': '1h',
  'foresize/cooldown': '0s',
};
const LITTLE: Partial<Signals> = {
  lastCpuCores: 0.02,
  maximumCpuCores: 0.02,
  lastMemoryBytes: 110 * MI,
  maximumMemoryBytes: 110 * MI,
};
/** CPU request from 100m to half; memory fits. */
const SHRINKING: Situation = { cpu: 0.02, signals: LITTLE };

/** A cluster of functions that use little of what they have, watched for two hours. */
class Cluster {
  now = NOW;
  readonly decisions: Decision[] = [];
  readonly #functions = new Map<string, LiveFunction>();
  #stored: StoredState;

  constructor(names: readonly string[], pods = 1) {
    const state = watched(NOW - 2 * HOUR, LITTLE, ANNOTATIONS);
    for (const name of names)
      this.#functions.set(name, withPods(live(name, { annotations: ANNOTATIONS }), pods));
    const functions = new Map(names.map((name) => [`openfaas-fn/${name}`, { ...state, uid: `${name}-uid` }]));
    this.#stored = { suite: { cycles: {} }, functions };
  }

  get stored(): StoredState {
    return this.#stored;
  }

  function(name: string): LiveFunction {
    const found = this.#functions.get(name);
    if (found === undefined) throw new Error(`no function ${name}`);
    return found;
  }

  replace(changed: LiveFunction): void {
    this.#functions.set(changed.name, changed);
  }

  /** One message; the state as another process would load it. */
  async apply(names: readonly string[], situation: Situation = SHRINKING, shard = 0, shards = 1) {
    const store = memoryState();
    store.stored = this.#stored;
    const cycle = Math.floor(this.now / CYCLE_MS);
    const functions = names.map((name) => ({
      ...forecast(name, { ...situation, now: this.now }),
      at: this.now,
    }));
    const head = { version: 1 as const, installation: 'foresize', at: this.now, cycle, shard, shards };
    const ports = applyPorts([...this.#functions.values()], {
      clock: () => this.now,
      state: store,
      actuator: this.#actuator(),
    });
    const { decisions } = await applyForecasts({ ...head, functions }, ports, APPLY_OPTIONS, signal);
    this.#stored = store.stored;
    this.decisions.push(...decisions);
    return decisions;
  }

  #actuator(): Actuator {
    return {
      name: 'none',
      plan: (target, to) => target.pods.filter((pod) => !isSame(pod.desired, to)).map((pod) => ({ pod, to })),
      apply: ({ pod, to }) => {
        const target = this.function(pod.functionName);
        const pods = target.pods.map((one) =>
          one.pod === pod.pod ? { ...one, desired: to, inForce: to } : one,
        );
        this.replace({ ...target, pods });
        return Promise.resolve({ pod: pod.pod, result: 'applied', detail: '' });
      },
    };
  }
}

function withPods(target: LiveFunction, count: number): LiveFunction {
  const [first] = target.pods;
  if (first === undefined) throw new Error('a function needs a pod');
  const pods = Array.from({ length: count }, (_, i) => ({
    ...first,
    pod: `${target.name}-${i}`,
    uid: `${i}`,
  }));
  return { ...target, replicas: count, pods };
}

const names = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `f${String(i).padStart(3, '0')}`);

const resized = (decisions: readonly Decision[]): string[] =>
  decisions.filter(({ action }) => action === 'resize').map(({ name }) => name);

const requestsOf = ({ pods }: LiveFunction): (number | null)[] =>
  pods.map(({ desired }) => desired.cpuRequestCores);

describe('a shrink of several pods', () => {
  it('goes to one pod, and to the rest a quarter of an hour later', async () => {
    const cluster = new Cluster(['a'], 3);
    await cluster.apply(['a']);
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.05, 0.1, 0.1]);
    for (cluster.now += CYCLE_MS; cluster.now < NOW + 15 * MINUTE; cluster.now += MINUTE) {
      const [decision] = await cluster.apply(['a']);
      expect(decision?.action).to.equal('hold');
    }
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.05, 0.1, 0.1]);
    await cluster.apply(['a']);
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.05, 0.05, 0.05]);
  });

  it('says which pod tries it, and for how long', async () => {
    const cluster = new Cluster(['a'], 2);
    await cluster.apply(['a']);
    cluster.now += MINUTE;
    const [decision] = await cluster.apply(['a']);
    expect(decision?.reason).to.include('a-0 tries the last shrink alone for another 14m');
  });

  it('is tried by another pod where the first is gone', async () => {
    const cluster = new Cluster(['a'], 3);
    await cluster.apply(['a']);
    const target = cluster.function('a');
    cluster.replace({ ...target, pods: target.pods.slice(1) });
    cluster.now += MINUTE;
    await cluster.apply(['a']);
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.05, 0.1]);
  });

  it('that is not enough ends in growth of all pods to no less than the others had', async () => {
    const cluster = new Cluster(['a'], 3);
    await cluster.apply(['a']);
    cluster.now += MINUTE;
    await cluster.apply(['a'], {
      cpu: 0.07,
      signals: { ...LITTLE, lastCpuCores: 0.07, maximumCpuCores: 0.07 },
    });
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.1, 0.1, 0.1]);
  });

  it('does not wait for a trial when it is rescued', async () => {
    const cluster = new Cluster(['a'], 3);
    await cluster.apply(['a']);
    cluster.now += CYCLE_MS;
    await cluster.apply(['a'], { cpu: 0.02, signals: { ...LITTLE, stretch: 3, throttledPeriods: 30 } });
    const limits = cluster.function('a').pods.map(({ desired }) => desired.cpuLimitCores);
    expect(new Set(limits).size).to.equal(1);
    expect(limits[0]).to.be.above(2);
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.1, 0.1, 0.1]);
  });

  it('of a single pod is done at once', async () => {
    const cluster = new Cluster(['a']);
    await cluster.apply(['a']);
    expect(requestsOf(cluster.function('a'))).to.deep.equal([0.05]);
  });
});

describe('shrinks of many functions', () => {
  it('are a tenth of the functions in a cycle, those first that waited longest, and none starves', async () => {
    const all = names(30);
    const cluster = new Cluster(all);
    const seen: string[][] = [];
    for (let sizing = 0; sizing < 10; sizing++, cluster.now += MINUTE) {
      const decisions = await cluster.apply(all);
      seen.push(resized(decisions));
      expect(decisions.filter(({ reason }) => reason.includes('a tenth of 30'))).to.have.length.of.at.least(
        1,
      );
    }
    for (const chosen of seen) expect(chosen).to.have.length(3);
    expect(new Set(seen.flat())).to.have.property('size', 30);
  });

  it('are at least one, of few functions', async () => {
    const cluster = new Cluster(names(4));
    expect(resized(await cluster.apply(names(4)))).to.deep.equal(['f000']);
  });

  it('hold to the tenth over the shards of a cycle, and every shard has its turn', async () => {
    const all = names(30);
    const cluster = new Cluster(all);
    const shrunk = new Set<string>();
    for (let sizing = 0; sizing < 40 && shrunk.size < all.length; sizing++, cluster.now += MINUTE) {
      const chosen: string[] = [];
      // In any order, as the gateway spreads them.
      for (const shard of [3, 0, 4, 1, 2]) {
        chosen.push(
          ...resized(await cluster.apply(all.slice(6 * shard, 6 * shard + 6), SHRINKING, shard, 5)),
        );
      }
      expect(chosen.length).to.be.at.most(3);
      for (const name of chosen) shrunk.add(name);
    }
    expect([...shrunk].sort()).to.deep.equal(all);
  });

  it('share out exactly a tenth, whatever the number of shards', () => {
    const numbers = fc.record({
      functions: fc.nat(20_000),
      shards: fc.integer({ min: 1, max: 60 }),
      cycle: fc.nat(),
    });
    fc.assert(
      fc.property(numbers, ({ functions, shards, cycle }) => {
        const parts = Array.from({ length: shards }, (_, shard) =>
          shrinksAllowed({ cycle, shard, shards }, functions, APPLY_OPTIONS),
        );
        const total = parts.reduce((sum, part) => sum + part, 0);
        expect(total).to.equal(Math.max(1, Math.floor(functions / 10)));
        expect(Math.max(...parts) - Math.min(...parts)).to.be.at.most(1);
      }),
    );
  });

  it('do not hold back growth or a rescue', async () => {
    const all = names(20);
    const cluster = new Cluster(all);
    const starving = { cpu: 0.02, signals: { ...LITTLE, stretch: 3, throttledPeriods: 30 } };
    expect(resized(await cluster.apply(all, starving))).to.have.length(20);
  });
});

describe('shrinks that are rolled back', () => {
  const killed = (now: number): Situation => ({
    cpu: 0.02,
    signals: { ...LITTLE, restartedAtMs: now - 1000 },
  });

  async function threeRollbacks(): Promise<Cluster> {
    const cluster = new Cluster(names(6));
    for (const name of names(5)) {
      await cluster.apply([name]);
      cluster.now += MINUTE;
    }
    for (const name of names(3)) {
      await cluster.apply([name], killed(cluster.now));
      cluster.now += MINUTE;
    }
    return cluster;
  }

  it('three of five, stop all others for a day, and say so', async () => {
    const cluster = await threeRollbacks();
    const [held] = await cluster.apply(['f005']);
    expect(held?.action).to.equal('hold');
    expect(held?.reason).to.match(
      /nothing shrinks anywhere for another 23h59m.*3 of the last 5 were rolled back \(openfaas-fn\/f000, /,
    );
  });

  it('stop no rescue', async () => {
    const cluster = await threeRollbacks();
    const starving = { cpu: 0.02, signals: { ...LITTLE, stretch: 3, throttledPeriods: 30 } };
    expect(resized(await cluster.apply(['f005'], starving))).to.deep.equal(['f005']);
  });

  it('are forgiven after that day', async () => {
    const cluster = await threeRollbacks();
    cluster.now += 24 * HOUR;
    const [decision] = await cluster.apply(['f005']);
    expect(decision?.reason).to.not.include('nothing shrinks anywhere');
  });

  it('two of five, stop nobody', async () => {
    const cluster = new Cluster(names(6));
    for (const name of names(5)) {
      await cluster.apply([name]);
      cluster.now += MINUTE;
    }
    for (const name of names(2)) {
      await cluster.apply([name], killed(cluster.now));
      cluster.now += MINUTE;
    }
    expect(resized(await cluster.apply(['f005']))).to.deep.equal(['f005']);
  });
});
