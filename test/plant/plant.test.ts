import { expect } from 'chai';
import { PlantPod, type Profile } from './pod.ts';
import { sizes } from './scenarios.ts';
import { MI } from './simulate.ts';

const PROFILE: Profile = {
  startUpCpuSeconds: 0.3,
  mostCores: 1,
  baseBytes: 30 * MI,
  bytesPerCall: MI,
  leakBytesPerCall: 0,
  timeoutSeconds: 60,
};

interface End {
  readonly at: number;
  readonly seconds: number | null;
}

function pod(limit: number, profile: Partial<Profile> = {}, warm = true): { pod: PlantPod; ends: End[] } {
  const ends: End[] = [];
  const options = { epochMs: 0, at: 0, warm };
  const made = new PlantPod(
    'a-1-1',
    sizes(0.01, limit, 32, 64),
    { ...PROFILE, ...profile },
    options,
    (_, at, seconds) => {
      ends.push({ at, seconds });
    },
  );
  return { pod: made, ends };
}

describe('the plant', () => {
  it('slows one busy thread as a kernel does: at a fifth of a core, four seconds throttled for each one used', () => {
    const { pod: busy } = pod(0.2);
    busy.accept(0, 10);
    busy.advance(20, 4);
    const { cpuSeconds, throttledSeconds } = busy.run;
    expect(cpuSeconds).to.be.closeTo(4, 0.1);
    expect(throttledSeconds / cpuSeconds).to.be.closeTo(4, 0.1);
  });

  it('leaves short calls alone that fit into a quota, and makes longer ones wait for the next', () => {
    const { pod: busy, ends } = pod(0.1);
    busy.accept(0, 0.009);
    busy.advance(0.9, 4);
    busy.accept(1, 0.025);
    busy.advance(2, 4);
    expect(ends[0]?.seconds).to.be.closeTo(0.009, 1e-6);
    expect(ends[1]?.seconds).to.be.closeTo(0.205, 0.01);
  });

  it('shares a processor among its calls, and gives no more than there is', () => {
    const { pod: busy, ends } = pod(4, { mostCores: 1 });
    busy.accept(0, 0.1);
    busy.accept(1, 0.2);
    busy.advance(1, 0.5);
    expect(ends.map(({ seconds }) => Number(seconds?.toFixed(2)))).to.deep.equal([0.4, 0.6]);
  });

  it('kills a pod at its memory limit with the calls in it, and restarts it later each time', () => {
    const { pod: full, ends } = pod(1);
    for (let call = 0; call < 40; call += 1) full.accept(call, 1);
    expect(full.outOfMemory).to.equal(1);
    expect(ends.filter(({ seconds }) => seconds === null)).to.have.length(40);
    full.advance(3, 4);
    expect(full.isReady).to.equal(true);
    for (let call = 0; call < 40; call += 1) full.accept(call, 1);
    full.advance(12, 4);
    expect([full.isReady, full.restarts]).to.deep.equal([false, 2]);
    full.advance(14, 4);
    expect(full.isReady).to.equal(true);
  });

  it('kills a pod that cannot start within six seconds, again and again', () => {
    const { pod: slow } = pod(0.05, { startUpCpuSeconds: 2 }, false);
    slow.advance(40, 4);
    expect([slow.isReady, slow.livenessKills]).to.deep.equal([false, 3]);
    const { pod: fast } = pod(1, { startUpCpuSeconds: 2 }, false);
    fast.advance(3, 4);
    expect([fast.isReady, fast.livenessKills]).to.deep.equal([true, 0]);
  });

  it('loses calls that nobody waits for any more', () => {
    const { pod: slow, ends } = pod(0.01);
    slow.accept(0, 5);
    slow.advance(61, 4);
    expect(ends).to.deep.equal([{ at: 60, seconds: null }]);
  });
});
