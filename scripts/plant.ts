import {
  costTriples,
  DAY,
  days,
  deadMorning,
  demonstration,
  heavyStart,
  HOUR,
  latencyBudget,
  leak,
  neighbour,
  onAndOff,
  oneCallAnHour,
  step,
  STEP_AT,
  steady,
  studyBursts,
  twoBecomeOne,
} from '../test/plant/scenarios.ts';
import {
  busyMinutesEachDay,
  longNeighbour,
  memoryNeededAgain,
  NEEDED_AT,
  slowLeak,
} from '../test/plant/long-scenarios.ts';
import { outcomeOf, pathOf, story, turnsOf } from '../test/plant/outcome.ts';
import { type Scenario, simulate, simulateUnlimited } from '../test/plant/simulate.ts';

/** Scenarios of the closed loop, each with the seconds from which, and until which, it is judged. */
const SCENARIOS: Readonly<Record<string, readonly [Scenario, number, number?]>> = {
  'bursts from 100m': [studyBursts(0.1, 4), HOUR],
  'bursts from 100m, budget 850 ms': [latencyBudget(studyBursts(0.1, 4), 850), HOUR],
  'steady from 50m': [steady(0.05), HOUR],
  'steady from 150m': [steady(0.15), HOUR],
  'step from 20m': [step(0.02), STEP_AT],
  'step from 100m': [step(0.1), STEP_AT],
  'step from 20m in 64 MiB': [step(0.02, 64), STEP_AT],
  'step from 100m in 64 MiB': [step(0.1, 64), STEP_AT],
  'one call an hour from 100m': [oneCallAnHour(0.1), 2 * HOUR],
  'cost of a call x 3': [costTriples(), HOUR / 2],
  'heavy start from 50m': [heavyStart(0.05), 0],
  'on and off': [onAndOff(), 2 * HOUR],
  'on and off, budget 85 ms': [latencyBudget(onAndOff(), 85), 2 * HOUR],
  neighbour: [neighbour(), 0],
  leak: [leak(), 0],
  'slow leak, 26 h': [slowLeak(), 0],
  'neighbour, 9 h': [longNeighbour(), 0],
  'neighbour, 9 h, budget 200 ms': [latencyBudget(longNeighbour(), 200), 0],
  'memory needed again, 31 h': [memoryNeededAgain(), NEEDED_AT],
  '8 days with busy minutes': [busyMinutesEachDay(), 0],
  'two pods become one': [twoBecomeOne(1.5 * HOUR, 2 * HOUR), 1.5 * HOUR],
  'dead morning after 8 days': [deadMorning(), 8.5 * HOUR],
  'second day, evidence 1d': [days('1d'), DAY, 2 * DAY],
  'dead morning, evidence 1d': [days('1d'), 2 * DAY + 8.5 * HOUR],
  'second day, evidence 1h': [days('1h'), DAY, 2 * DAY],
  'dead morning, evidence 1h': [days('1h'), 2 * DAY + 8.5 * HOUR],
  'demonstration, 8 ms': [demonstration(0.008), 60],
  'demonstration, 11 ms': [demonstration(0.011), 60],
};

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

async function lineOf(name: string, [scenario, from, to]: readonly [Scenario, number, number?]) {
  const run = await simulate(scenario);
  const outcome = outcomeOf(run, from, to);
  const unlimited = outcomeOf(await simulateUnlimited(scenario), from, to);
  const facts = [
    `p95 x ${(outcome.p95 / unlimited.p95).toFixed(2)}`,
    `failed ${percent(outcome.failedShare)}`,
    `request/use ${outcome.requestOverUse.toFixed(2)}`,
    `short ${percent(outcome.shortShare)}`,
    `throttled ${percent(outcome.throttledShare)}`,
    `OOM ${run.pods.reduce((sum, pod) => sum + pod.outOfMemory, 0)}`,
    `liveness ${run.pods.reduce((sum, pod) => sum + pod.livenessKills, 0)}`,
    `resizes ${outcome.resizes.length}`,
    `turns ${turnsOf(run, 'cpu-request')}`,
    `limit ${pathOf(run, 'cpu-limit').join(' > ')}`,
  ];
  return { line: `${name.padEnd(34)} ${facts.join(', ')}\n`, story: story(run) };
}

// One scenario by a part of its name tells its resizes, too.
const [wanted = ''] = process.argv.slice(2);
for (const [name, scenario] of Object.entries(SCENARIOS)) {
  if (!name.includes(wanted)) continue;
  const { line, story: told } = await lineOf(name, scenario);
  process.stdout.write(wanted === '' ? line : `${line}${told}\n`);
}
