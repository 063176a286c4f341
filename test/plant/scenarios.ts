import { recordMaximum, NO_MAXIMA } from '#core/policy/maxima.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import type { FunctionState } from '#core/policy/state.ts';
import type { Resources } from '#core/usage/reading.ts';
import { arrivals } from '../../invoker/arrivals.ts';
import { seededRandom } from '../../invoker/random.ts';
import { costing, independentCalls, minuteBursts } from './load.ts';
import { EPOCH_MS, MI, type Scenario } from './simulate.ts';

export const HOUR = 3600;
export const DAY = 24 * HOUR;

export function sizes(cpuRequest: number, cpuLimit: number, memoryMi = 64, limitMi = 256): Resources {
  return {
    cpuRequestCores: cpuRequest,
    cpuLimitCores: cpuLimit,
    memoryRequestBytes: memoryMi * MI,
    memoryLimitBytes: limitMi * MI,
  };
}

/** Evidence of an hour, so that a run of a few hours sees something shrink. */
const HOURLY = { 'foresize/evidence': '1h', 'foresize/cooldown': '15m' };

export function studyBursts(limit: number, hours = 2): Scenario {
  const seconds = hours * HOUR;
  const load = costing(minuteBursts(seconds), 0.11);
  return { load, seconds, resources: sizes(0.02, limit), annotations: HOURLY };
}

export function steady(limit: number, perSecond = 2, cost = 0.02, hours = 2): Scenario {
  const seconds = hours * HOUR;
  const load = costing(
    independentCalls(seconds, () => perSecond, perSecond),
    cost,
  );
  return { load, seconds, resources: sizes(0.02, limit), annotations: HOURLY };
}

/** Demand goes from 18m to one core. */
export const STEP_AT = 900;

/**
 * The controller comes 30 s after the step, when calls have piled up: before the step it would have raised the limit
 * already, for calls that are throttled one by one.
 */
export function step(limit: number, limitMi = 256, requestMi = 48): Scenario {
  const seconds = STEP_AT + 900;
  const rate = (at: number): number => (at < STEP_AT ? 0.36 : 20);
  return {
    load: costing(independentCalls(seconds, rate, 20), 0.05),
    seconds,
    resources: sizes(0.018, limit, requestMi, limitMi),
    profile: { mostCores: 4 },
    annotations: HOURLY,
    alive: (at) => at >= STEP_AT + 20,
  };
}

/** The same in calls so short that the limit of 100m slows none before the step; the controller is there all the time. */
export function stepOfShortCalls(): Scenario {
  const rate = (at: number): number => (at < STEP_AT ? 3.6 : 200);
  return {
    ...step(0.1),
    load: costing(independentCalls(STEP_AT + 300, rate, 200), 0.005),
    seconds: STEP_AT + 300,
    profile: { mostCores: 4, bytesPerCall: 0.02 * MI },
    alive: () => true,
  };
}

/** Nothing, then half a core at once; nothing throttles, and the evidence is the usual one. */
export function firstLoad(): Scenario {
  const seconds = 900;
  const times = Array.from({ length: 6000 }, (_, call) => 300 + 0.1 * call);
  return { load: costing(times, 0.05), seconds, resources: sizes(0.02, 2) };
}

export function oneCallAnHour(limit: number): Scenario {
  const times = [600, 647 + HOUR, 694 + 2 * HOUR];
  const seconds = 700 + 2 * HOUR;
  return { load: costing(times, 0.11), seconds, resources: sizes(0.02, limit) };
}

export function costTriples(): Scenario {
  const seconds = 1.25 * HOUR;
  const times = independentCalls(seconds, () => 2, 2);
  const load = costing(times, 0.05, (at) => (at < HOUR / 2 ? 1 : 3));
  return { load, seconds, resources: sizes(0.1, 0.15), annotations: HOURLY };
}

/** Two CPU-seconds to start, from a limit under which that takes 40 s. */
export function heavyStart(limit: number): Scenario {
  const seconds = HOUR / 2;
  const load = costing(
    independentCalls(seconds, () => 0.2, 0.2),
    0.05,
  );
  const profile = { startUpCpuSeconds: 2 };
  return { load, seconds, resources: sizes(0.02, limit), profile, cold: true };
}

/** What eight days of such use leave in the state. */
export function rememberedUse(
  resources: Resources,
  peakCores: number,
  peakBytes: number,
  startMs = EPOCH_MS,
): FunctionState {
  const days = 9;
  let [hourly, daily] = [NO_MAXIMA, NO_MAXIMA];
  for (let hour = -24 * days; hour < 0; hour += 1) {
    const at = startMs + hour * HOUR * 1000;
    const peak = ((hour % 24) + 24) % 24 === 14 ? 1 : 0.2;
    hourly = recordMaximum(hourly, 'hourly', at, peakCores * peak, peakBytes);
    daily = recordMaximum(daily, 'daily', at, peakCores * peak, peakBytes);
  }
  const known = firstContact({ uid: 'uid-1', template: resources }, startMs - days * DAY * 1000);
  return { ...known, hourly, daily };
}

/** Calls a second of a day's rhythm. */
export function rhythm(at: number): number {
  const hour = (at / HOUR) % 24;
  const points = [
    [0, 0.6],
    [2, 0.1],
    [6, 0.1],
    [8.5, 0.5],
    [9.5, 5],
    [14, 6],
    [18, 4],
    [22, 1],
    [24, 0.6],
  ] as const;
  const next = points.findIndex(([end]) => end > hour);
  const [x0, y0] = points[next - 1] ?? [0, 0];
  const [x1, y1] = points[next] ?? [24, 0];
  return y0 + ((y1 - y0) * (hour - x0)) / (x1 - x0);
}

/** Midnight to 10:00; the controller dies at 02:00. The limit is what the day before left. */
export function deadMorning(): Scenario {
  const seconds = 10 * HOUR;
  const resources = sizes(0.5, 2, 128);
  return {
    load: costing(independentCalls(seconds, rhythm, 6), 0.05),
    seconds,
    resources,
    profile: { mostCores: 4, bytesPerCall: 3 * MI },
    alive: (at) => at >= 0.75 * HOUR && at < 2 * HOUR,
    // Busiest minutes of 6 calls a second.
    remembered: rememberedUse(resources, 0.38, 60 * MI),
  };
}

/** Two whole days of that rhythm and the morning after; the controller dies in the night before it. */
export function days(evidence: string): Scenario {
  const seconds = 2 * DAY + 10 * HOUR;
  return {
    load: costing(independentCalls(seconds, rhythm, 6), 0.05),
    seconds,
    resources: sizes(0.5, 1, 128),
    profile: { mostCores: 4, bytesPerCall: 3 * MI },
    annotations: { 'foresize/evidence': evidence },
    alive: (at) => at < 2 * DAY + 2 * HOUR,
  };
}

/** Minutes of five calls a second between minutes of next to none. */
export function onAndOff(): Scenario {
  const seconds = 6 * HOUR;
  const random = seededRandom(5);
  const perSecond = new Float64Array(seconds).fill(0.05);
  for (let at = 0; at < seconds;) {
    const on = 20 - Math.round(300 * Math.log(1 - random()));
    perSecond.fill(5, at, at + on);
    at += on + 20 - Math.round(600 * Math.log(1 - random()));
  }
  const rate = (at: number): number => perSecond[Math.floor(at)] ?? 0;
  return {
    load: costing(independentCalls(seconds, rate, 5), 0.05),
    seconds,
    resources: sizes(0.1, 0.3),
    profile: { mostCores: 4 },
    annotations: HOURLY,
  };
}

/** A neighbour takes the machine for half of each 40 minutes, all but what the request reserves. */
export function neighbour(annotations: Readonly<Record<string, string>> = {}): Scenario {
  const seconds = 2 * HOUR;
  return {
    load: costing(
      independentCalls(seconds, () => 2, 2),
      0.05,
    ),
    seconds,
    resources: sizes(0.3, 2),
    annotations: { ...HOURLY, ...annotations },
    available: (at, request) => (at % 2400 < 1200 ? 2 : Math.max(0.05, (2 * request) / (request + 1.2))),
  };
}

export function leak(): Scenario {
  const seconds = 2 * HOUR;
  return {
    load: costing(
      independentCalls(seconds, () => 2, 2),
      0.01,
    ),
    seconds,
    resources: sizes(0.03, 0.5, 48, 64),
    profile: { leakBytesPerCall: 40_000 },
    annotations: { ...HOURLY, 'foresize/memory-max': '128Mi' },
  };
}

/** Two pods share the calls of one until `oneFrom`. */
export function twoBecomeOne(oneFrom: number, seconds: number): Scenario {
  return {
    load: costing(
      independentCalls(seconds, () => 4, 4),
      0.05,
    ),
    seconds,
    resources: sizes(0.5, 1),
    profile: { mostCores: 4 },
    annotations: HOURLY,
    pods: 2,
    serving: (at) => (at < oneFrom ? 2 : 1),
  };
}

export function latencyBudget(scenario: Scenario, milliseconds: number): Scenario {
  const budget = `${Math.round(milliseconds)}ms`;
  const annotations = { 'foresize/cpu-limit': 'latency', 'foresize/latency-budget': budget };
  return { ...scenario, annotations: { ...scenario.annotations, ...annotations } };
}

/** As `npm start` does it: 30 to 50 calls a minute, spread, of a few CPU-milliseconds each. */
export function demonstration(costSeconds: number, minutes = 60, seed = 1): Scenario {
  const pattern = { pattern: 'random', ratePerMinute: 40, leastPerMinute: 30, spread: true } as const;
  const durationMs = minutes * 60_000;
  const due = arrivals({ ...pattern, durationMs, periodMs: 60_000, seed });
  const times = Array.from(due, (ms) => ms / 1000);
  return {
    load: costing(times, costSeconds),
    seconds: minutes * 60,
    resources: sizes(0.05, 0.1, 128),
    profile: { startUpCpuSeconds: 0.35, baseBytes: 58 * MI },
    annotations: { 'foresize/evidence': '90s', 'foresize/cooldown': '60s', 'foresize/cpu-limit': 'keep' },
    cold: true,
    seed,
  };
}
