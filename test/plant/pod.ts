import type { PodFacts, Resources } from '#core/usage/reading.ts';
import { qosClassOf } from '#core/policy/resources.ts';
import { SharedProcessor } from './sharing.ts';

/** What a function needs of its pod. Seconds, cores and bytes. */
export interface Profile {
  readonly startUpCpuSeconds: number;
  /** Threads of one process, or cores of the machine. */
  readonly mostCores: number;
  readonly baseBytes: number;
  readonly bytesPerCall: number;
  /** Kept for ever by each call that is done. */
  readonly leakBytesPerCall: number;
  readonly timeoutSeconds: number;
}

/** Told of a call's end; `seconds` is null where it failed. */
export type Finished = (call: number, at: number, seconds: number | null) => void;

/** What the kernel counts of one container run. */
export interface Counters {
  cpuSeconds: number;
  throttledSeconds: number;
  throttledPeriods: number;
}

const PERIOD = 0.1;
/** The kernel's smallest quota is 1 ms. */
const SMALLEST_QUOTA = 0.001;
const EPSILON = 1e-9;

/** OpenFaaS's liveness probe: every 2 s, 1 s to answer, the third failure in a row kills. */
const PROBE_EVERY = 2;
const PROBE_TIMEOUT = 1;
const PROBE_FAILURES = 3;
const PROBE_CPU_SECONDS = 0.0005;
/** A pod that does not become ready is killed after as many probes. */
const START_DEADLINE = 6;
const BACK_OFF = { first: 10, most: 300, forgivenAfter: 600 } as const;

type Phase = 'starting' | 'ready' | 'waiting';

/** Who gets how much: cores for each call and for the probe, tasks that want to run. */
interface Shares {
  readonly each: number;
  readonly probe: number;
  readonly all: number;
  readonly tasks: number;
}

const NOTHING: Shares = { each: 0, probe: 0, all: 0, tasks: 0 };

/**
 * One pod: calls by processor sharing under CFS bandwidth (a quota every 100 ms, fluid, without the kernel's 5 ms
 * slices) and a memory limit, with start-up, liveness, restarts with back-off, and OOM kills. Event by event.
 */
export class PlantPod {
  now: number;
  phase: Phase = 'starting';
  /** Of the running container; a restart begins new ones. */
  run: Counters = { cpuSeconds: 0, throttledSeconds: 0, throttledPeriods: 0 };
  runStartedAt: number;
  runs = 1;
  cpuSeconds = 0;
  outOfMemory = 0;
  livenessKills = 0;
  restarts = 0;
  desired: Resources;
  inForce: Resources;
  readonly #name: string;
  readonly #profile: Profile;
  readonly #finished: Finished;
  readonly #calls = new SharedProcessor();
  readonly #epochMs: number;
  #replaced = 0;
  #done = 0;
  #startLeft: number;
  #readySince = NaN;
  #restartAt = NaN;
  #backOff = 0;
  #ended: PodFacts['lastTermination'] = null;
  #periodEnd = NaN;
  #used = 0;
  #throttled = false;
  #probeDueAt = NaN;
  #probeLeft = 0;
  #probeFailures = 0;

  constructor(
    name: string,
    resources: Resources,
    profile: Profile,
    options: { readonly epochMs: number; readonly at: number; readonly warm: boolean },
    finished: Finished,
  ) {
    this.#name = name;
    this.#profile = profile;
    this.#finished = finished;
    this.#epochMs = options.epochMs;
    this.desired = resources;
    this.inForce = resources;
    this.now = options.at;
    this.runStartedAt = options.warm ? options.at - 3600 : options.at;
    this.#startLeft = profile.startUpCpuSeconds;
    if (options.warm) this.#becomeReady(options.at - 3600);
  }

  get isReady(): boolean {
    return this.phase === 'ready';
  }

  get memoryBytes(): number {
    const { baseBytes, bytesPerCall, leakBytesPerCall } = this.#profile;
    if (this.phase === 'waiting') return 0;
    return baseBytes + bytesPerCall * this.#calls.running + leakBytesPerCall * this.#done;
  }

  /** Kubernetes gives each pod a name of its own. */
  get name(): string {
    return this.#replaced === 0 ? this.#name : `${this.#name}-${this.#replaced}`;
  }

  facts(functionName: string): PodFacts {
    const ms = (seconds: number): number => this.#epochMs + Math.floor(seconds) * 1000;
    return {
      namespace: 'openfaas-fn',
      functionName,
      pod: this.name,
      container: functionName,
      uid: `uid-${this.name}`,
      node: 'node-1',
      qosClass: qosClassOf(this.desired),
      ready: this.isReady,
      readySinceMs: this.isReady ? ms(this.#readySince) : null,
      startedAtMs: this.phase === 'waiting' ? null : ms(this.runStartedAt),
      restarts: this.restarts,
      lastTermination: this.#ended,
      desired: this.desired,
      inForce: this.inForce,
    };
  }

  /** The kubelet puts what is desired in force. */
  enforce(resources: Resources): void {
    this.inForce = resources;
    this.#endPeriod();
    this.#checkMemory();
  }

  /** A rollout puts another pod in its place, which starts with these sizes and has no past. */
  replace(resources: Resources): void {
    for (const call of this.#calls.clear()) this.#finished(call.index, this.now, null);
    this.#replaced += 1;
    this.#ended = null;
    this.restarts = 0;
    this.#backOff = 0;
    this.desired = resources;
    this.inForce = resources;
    this.#done = 0;
    this.#probeLeft = 0;
    this.#endPeriod();
    this.#restartAt = this.now;
    this.phase = 'waiting';
  }

  /** A call arrives now. */
  accept(index: number, costSeconds: number): void {
    if (!this.isReady) {
      this.#finished(index, this.now, null);
      return;
    }
    this.#calls.add(index, this.now, costSeconds);
    this.#checkMemory();
  }

  /** Runs until `until` with so many cores to be had. */
  advance(until: number, availableCores: number): void {
    while (this.now < until - EPSILON) {
      if (this.phase === 'waiting') this.#wait(until);
      else this.#step(until, availableCores);
    }
  }

  #wait(until: number): void {
    this.now = Math.min(until, Math.max(this.now, this.#restartAt));
    if (this.now < this.#restartAt - EPSILON) return;
    this.phase = 'starting';
    this.runStartedAt = this.now;
    this.runs += 1;
    this.run = { cpuSeconds: 0, throttledSeconds: 0, throttledPeriods: 0 };
    this.#startLeft = this.#profile.startUpCpuSeconds;
    this.#checkMemory();
  }

  #shares(available: number): Shares {
    if (this.phase === 'starting') {
      const all = Math.min(1, available);
      return { each: all, probe: 0, all, tasks: 1 };
    }
    const calls = this.#calls.running;
    const probes = this.#probeLeft > 0 ? 1 : 0;
    if (calls + probes === 0) return NOTHING;
    const most = Math.min(calls, this.#profile.mostCores);
    const tasks = Math.min(calls, Math.max(1, this.#profile.mostCores));
    const all = Math.min(available, most + probes);
    const probe = probes === 0 ? 0 : Math.min(1, all / (probes + tasks));
    const each = calls === 0 ? 0 : Math.min(1, (all - probe) / calls);
    return { each, probe, all: probe + each * calls, tasks: tasks + probes };
  }

  #quota(): number {
    const limit = this.inForce.cpuLimitCores;
    return limit === null ? Infinity : Math.max(SMALLEST_QUOTA, limit * PERIOD);
  }

  #step(until: number, available: number): void {
    const wanted = this.#shares(available);
    const quota = this.#quota();
    const limited = wanted.all * PERIOD > quota + EPSILON;
    if (limited && Number.isNaN(this.#periodEnd)) this.#beginPeriod(this.now + PERIOD);
    if (!limited && !this.#throttled) this.#endPeriod();
    const shares = this.#throttled ? NOTHING : wanted;
    const next = Math.min(until, this.#nextEvent(shares, quota));
    const seconds = Math.max(0, next - this.now);
    this.#spend(shares, seconds);
    if (this.#throttled) this.run.throttledSeconds += seconds * Math.min(4, wanted.tasks);
    this.now = Math.max(this.now, next);
    if (this.#settle()) return;
    this.#turnPeriod(quota);
  }

  #nextEvent(shares: Shares, quota: number): number {
    let wait = Number.isNaN(this.#periodEnd) ? Infinity : this.#periodEnd - this.now;
    if (shares.all > 0 && !Number.isNaN(this.#periodEnd)) {
      wait = Math.min(wait, (quota - this.#used) / shares.all);
    }
    if (this.phase === 'starting') {
      if (shares.all > 0) wait = Math.min(wait, this.#startLeft / shares.all);
      return Math.min(this.now + wait, this.runStartedAt + START_DEADLINE);
    }
    if (shares.each > 0) wait = Math.min(wait, this.#calls.untilNext() / shares.each);
    if (shares.probe > 0) wait = Math.min(wait, this.#probeLeft / shares.probe);
    const oldest = this.#calls.longestWaiting();
    const timeout = oldest === undefined ? Infinity : oldest.arrivedAt + this.#profile.timeoutSeconds;
    const probe = this.#probeLeft > 0 ? this.#probeDueAt + PROBE_TIMEOUT : this.#probeDueAt;
    return Math.min(this.now + wait, timeout, probe);
  }

  #spend(shares: Shares, seconds: number): void {
    const cpu = shares.all * seconds;
    this.run.cpuSeconds += cpu;
    this.cpuSeconds += cpu;
    this.#used += cpu;
    if (this.phase === 'starting') this.#startLeft -= cpu;
    else {
      this.#calls.serve(shares.each * seconds);
      if (this.#probeLeft > 0) this.#probeLeft -= shares.probe * seconds;
    }
  }

  /** What has ended by now. True if the container was killed. */
  #settle(): boolean {
    if (this.phase === 'starting') return this.#settleStart();
    for (let call = this.#calls.takeDone(); call !== undefined; call = this.#calls.takeDone()) {
      this.#done += 1;
      this.#finished(call.index, this.now, this.now - call.arrivedAt);
    }
    this.#giveUpOld();
    return this.#settleProbe();
  }

  #settleStart(): boolean {
    if (this.#startLeft <= EPSILON) {
      this.#becomeReady(this.now);
      return false;
    }
    if (this.now < this.runStartedAt + START_DEADLINE - EPSILON) return false;
    this.livenessKills += 1;
    this.#kill('Error', 143);
    return true;
  }

  #becomeReady(at: number): void {
    this.phase = 'ready';
    this.#readySince = at;
    this.#probeDueAt = at + PROBE_EVERY - (at % 1);
    if (this.#probeDueAt <= this.now) this.#probeDueAt = this.now + 1;
    this.#probeLeft = 0;
    this.#probeFailures = 0;
  }

  #giveUpOld(): void {
    const limit = this.now - this.#profile.timeoutSeconds + EPSILON;
    for (
      let call = this.#calls.longestWaiting();
      call !== undefined && call.arrivedAt <= limit;
      call = this.#calls.longestWaiting()
    ) {
      this.#calls.giveUp(call);
      this.#finished(call.index, this.now, null);
    }
  }

  #settleProbe(): boolean {
    if (this.#probeLeft > EPSILON) {
      if (this.now < this.#probeDueAt + PROBE_TIMEOUT - EPSILON) return false;
      this.#probeLeft = 0;
      this.#probeDueAt += PROBE_EVERY;
      this.#probeFailures += 1;
      if (this.#probeFailures < PROBE_FAILURES) return false;
      this.livenessKills += 1;
      this.#kill('Error', 143);
      return true;
    }
    if (this.#probeLeft !== 0) {
      this.#probeLeft = 0;
      this.#probeFailures = 0;
      this.#probeDueAt += PROBE_EVERY;
    } else if (this.now >= this.#probeDueAt - EPSILON) this.#probeLeft = PROBE_CPU_SECONDS;
    return false;
  }

  #beginPeriod(end: number): void {
    this.#periodEnd = end;
    this.#used = 0;
    this.#throttled = false;
  }

  #endPeriod(): void {
    this.#beginPeriod(NaN);
  }

  #turnPeriod(quota: number): void {
    if (Number.isNaN(this.#periodEnd)) return;
    if (!this.#throttled && this.#used >= quota - EPSILON && this.#wants()) {
      this.#throttled = true;
      this.run.throttledPeriods += 1;
    }
    if (this.now < this.#periodEnd - EPSILON) return;
    this.#beginPeriod(this.#wants() ? this.#periodEnd + PERIOD : NaN);
  }

  #wants(): boolean {
    return this.phase === 'starting' || this.#calls.running > 0 || this.#probeLeft > 0;
  }

  #checkMemory(): void {
    const limit = this.inForce.memoryLimitBytes;
    if (limit === null || this.memoryBytes <= limit) return;
    this.outOfMemory += 1;
    this.#kill('OOMKilled', 137);
  }

  #kill(reason: string, exitCode: number): void {
    for (const call of this.#calls.clear()) this.#finished(call.index, this.now, null);
    if (this.phase === 'ready' && this.now - this.#readySince > BACK_OFF.forgivenAfter) this.#backOff = 0;
    this.phase = 'waiting';
    this.#restartAt = this.now + Math.max(1, this.#backOff);
    this.#backOff = this.#backOff === 0 ? BACK_OFF.first : Math.min(BACK_OFF.most, 2 * this.#backOff);
    this.#ended = { reason, exitCode, atMs: this.#epochMs + Math.floor(this.now) * 1000 };
    this.restarts += 1;
    this.#done = 0;
    this.#probeLeft = 0;
    this.#endPeriod();
  }
}
