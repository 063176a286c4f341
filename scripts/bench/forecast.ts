/** CPU time of one function's forecast: two metrics and calls over 240 samples, features to selection. */
import { functionUsageSchema } from '#core/messages/usage.ts';
import { forecastFunction } from '#forecast/predict-usage.ts';

const SAMPLES = 240;
const ROUNDS = 1000;
const GRID = { at: 1_700_000_000_000, stepMs: 15_000, horizonMs: 75_000 };

const series = (scale: number): number[] =>
  Array.from({ length: SAMPLES }, (_, i) => scale * (1 + Math.sin(i) ** 2 + (i % 7) / 7));

const usage = functionUsageSchema.parse({
  name: 'bench',
  namespace: 'openfaas-fn',
  series: {
    cpuCores: series(0.02),
    memoryBytes: series(3e7),
    callsStarted: series(4).map(Math.round),
    ...{ pods: [], totalCpuCores: [], throttledSeconds: [], throttledPeriods: [] },
    ...{ cpuLimitCores: new Array<number>(SAMPLES).fill(1), memoryLimitBytes: [] },
  },
  signals: {
    ...{ stretch: null, throttledPeriods: 0, cpuSecondsPerCall: null, callsStartedPerSecond: null },
    ...{ callsInFlight: null, durationP95Seconds: null, durationCalls: 0, oomKills: [], restartedAtMs: null },
    ...{ notReady: false, notReadyThrottled: false, cpuSecondsUntilReady: null, lastCpuCores: null },
    ...{ lastMemoryBytes: null, maximumCpuCores: null, maximumMemoryBytes: null, censoredAtMs: null },
  },
});

function cpuMsARound(rounds: number): number {
  const before = process.cpuUsage();
  for (let round = 0; round < rounds; round++) forecastFunction(usage, GRID);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / rounds;
}

const first = cpuMsARound(1);
cpuMsARound(ROUNDS / 4);
const warm = cpuMsARound(ROUNDS);
process.stdout.write(
  `forecast of one function, ${SAMPLES} samples: ${warm.toFixed(3)} ms of CPU warm, ${first.toFixed(1)} ms the first time (budget 2 ms)\n`,
);
