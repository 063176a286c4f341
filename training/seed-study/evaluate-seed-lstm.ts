import type { FunctionHistory } from '#core/replay/history.ts';
import { readSeedLstm } from '#forecast/seed-lstm/load-seed-lstm.ts';
import { type PlotFormat, renderFiles } from '../plots/plot-files.ts';
import { comparisonFor } from './card.ts';
import { testErrors } from './errors.ts';
import { predictedAndExpected } from './plots.ts';
import { prepare, type SeedData } from './prepare.ts';
import { testForecasts } from './study.ts';
import { errorRows, type ErrorRow } from './table.ts';

export interface EvaluatedSeedLstm {
  readonly data: SeedData;
  readonly rows: readonly ErrorRow[];
  readonly backend: string;
  /** Plots of forecast and truth. */
  readonly files: Readonly<Record<string, string | Uint8Array>>;
}

/**
 * Errors of a trained model over the last third of a history, which it need not have been trained on: it scales with
 * what it was trained on. Throws `model-missing`, `model-invalid` and `data-too-short`.
 */
export async function evaluateSeedLstm(
  folder: string,
  history: FunctionHistory,
  formats?: readonly PlotFormat[],
): Promise<EvaluatedSeedLstm> {
  const model = await readSeedLstm(folder);
  const data = prepare(history, model.scalers);
  const forecasts = testForecasts(data, model.predict);
  const errors = testErrors(data, (_, variable) => forecasts[variable]);
  const { seed } = model.metadata.training;
  return {
    data,
    rows: errorRows([{ name: `seed ${seed}`, errors }], comparisonFor(data)),
    backend: model.backend,
    files: await renderFiles(
      {
        cpu: predictedAndExpected(data, forecasts, 'cpu'),
        memory: predictedAndExpected(data, forecasts, 'memory'),
      },
      formats,
    ),
  };
}
