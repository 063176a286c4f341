import { loadArima } from '#forecast/arima/load-arima.ts';
import type { Forecaster } from '#forecast/forecaster.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';

/** Forecasters that are too slow for every cycle: loaded when a request names one, and then there to stay. */
const ON_DEMAND: ReadonlyMap<string, () => Promise<Forecaster>> = new Map([['arima', loadArima]]);

/** What a request may name. */
export function forecasterNames({ forecasters }: Toolkit): readonly string[] {
  return ['auto', ...new Set([...forecasters.keys(), ...ON_DEMAND.keys()])];
}

/** The toolkit with those of `names` in it that are loaded on demand; the same one where there are none. */
export async function withNamed(toolkit: Toolkit, names: Iterable<string>): Promise<Toolkit> {
  const loads = [...new Set(names)].flatMap((name) => ON_DEMAND.get(name) ?? []);
  if (loads.length === 0) return toolkit;
  const loaded = await Promise.all(loads.map((load) => load()));
  const named = loaded.map((forecaster) => [forecaster.name, forecaster] as const);
  return { ...toolkit, forecasters: new Map([...toolkit.forecasters, ...named]) };
}
