import type { FunctionForecast } from '#core/messages/forecast.ts';
import type { FunctionUsage } from '#core/messages/usage.ts';
import type { Recommendation } from '#core/recommend/recommendation.ts';
import type { PastHour } from '#core/recommend/past-use.ts';
import { recommend } from '#core/recommend/recommend.ts';
import { inputOf, type Situation } from '../policy/situation.ts';

/** What a test says beside the situation: series of the window, newest last, and what is known for longer. */
export interface Watched extends Situation {
  readonly cpuSeries?: readonly (number | null)[];
  readonly memorySeries?: readonly (number | null)[];
  readonly throttledSeries?: readonly (number | null)[];
  readonly limitSeries?: readonly (number | null)[];
  readonly past?: readonly PastHour[];
  readonly evidence?: Partial<FunctionForecast['evidence']>;
  readonly qosClass?: 'Guaranteed' | 'Burstable' | 'BestEffort';
}

export const STEP_MS = 15_000;

const repeat = (value: number | null, times: number): (number | null)[] =>
  Array.from({ length: times }, () => value);

/** An hour of steady use as the signals say, unless told otherwise. */
function usageOf(watched: Watched, { signals }: FunctionForecast): FunctionUsage {
  const cpuCores = [...(watched.cpuSeries ?? repeat(signals.maximumCpuCores, 240))];
  const none = repeat(null, cpuCores.length);
  return {
    name: 'qrcode',
    namespace: 'openfaas-fn',
    forecaster: 'auto',
    series: {
      cpuCores,
      memoryBytes: [...(watched.memorySeries ?? repeat(signals.maximumMemoryBytes, cpuCores.length))],
      callsStarted: none,
      pods: repeat(1, cpuCores.length),
      totalCpuCores: cpuCores,
      throttledSeconds: [...(watched.throttledSeries ?? none)],
      throttledPeriods: none,
      cpuLimitCores: [...(watched.limitSeries ?? none)],
      memoryLimitBytes: none,
    },
    signals,
  };
}

export function recommended(watched: Watched): Recommendation {
  const { now, live, settings, forecast: plain, state, nodes } = inputOf(watched);
  const forecast = { ...plain, evidence: { ...plain.evidence, ...watched.evidence } };
  const { qosClass } = watched;
  const pods = live.pods.map((pod) => (qosClass === undefined ? pod : { ...pod, qosClass }));
  const usage = usageOf(watched, forecast);
  const { past = [] } = watched;
  return recommend({
    now,
    live: { ...live, pods },
    settings,
    usage,
    stepMs: STEP_MS,
    forecast,
    state,
    nodes,
    past,
  });
}
