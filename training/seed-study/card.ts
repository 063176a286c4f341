import { spreadOf, testErrors, testPersistence } from './errors.ts';
import { BATCH_ROWS } from './fit.ts';
import type { SeedData } from './prepare.ts';
import { isStudyData, PUBLISHED } from './published.ts';
import type { SeedRun } from './study.ts';
import { type Comparison, errorRows, markdownTable } from './table.ts';

/** What a training was made with. */
export interface Making {
  /** ISO 8601. */
  readonly date: string;
  /** The backend, and why it was this one. */
  readonly backend: string;
  readonly versions: Readonly<Record<string, string>>;
}

/** What errors over a data set are compared with. */
export function comparisonFor(data: SeedData): Comparison {
  return { persistence: testErrors(data, testPersistence), published: isStudyData(data) ? PUBLISHED : null };
}

/** card.json: all that MODEL_CARD.md says, for programs. */
export function cardJson(data: SeedData, runs: readonly SeedRun[], making: Making): string {
  const { history, train, test } = data;
  const card = {
    model: 'seed-lstm',
    ...making,
    data: {
      name: history.name,
      startMs: history.startMs,
      stepMs: history.stepMs,
      samples: history.cpuCores.length,
    },
    split: { trainedRows: train.rows, testedRows: test.rows },
    scalers: data.scalers,
    saved: runs[0]?.seed ?? null,
    seeds: runs.map(({ seed, errors, losses, trainingMs }) => ({
      seed,
      errors,
      lastEpoch: losses.at(-1) ?? null,
      trainingSeconds: Math.round(trainingMs) / 1000,
    })),
    spread: spreadOf(runs.map(({ errors }) => errors)),
    ...comparisonFor(data),
  };
  return `${JSON.stringify(card, null, 2)}\n`;
}

/** MODEL_CARD.md. */
export function cardMarkdown(data: SeedData, runs: readonly SeedRun[], making: Making): string {
  const { history, train, test } = data;
  const rows = errorRows(
    runs.map(({ seed, errors }) => ({ name: `seed ${seed}`, errors })),
    comparisonFor(data),
  );
  const epochs = runs[0]?.losses.length ?? 0;
  const versions = Object.entries(making.versions).map(([name, version]) => `${name} ${version}`);
  return `# seed-lstm

The network of the study that Foresize began from: it forecasts the next sample of memory and CPU from the last three.
It is kept for comparison and is not chosen by \`auto\`.

| | |
|---|---|
| network | LSTM(64), Dense(2): 17 282 weights, Keras's activations and initial weights |
| training | mean absolute error, Adam 0.001, ${epochs} epochs, ${BATCH_ROWS} rows a batch, not shuffled |
| data | ${history.name}: ${history.cpuCores.length} samples, ${history.stepMs / 1000} s apart, from ${new Date(history.startMs).toISOString()} |
| split | the first 67 %: ${train.rows} rows trained on, ${test.rows} tested |
| scaling | z-scores fitted to the whole data set before it is split, as in the study |
| made | ${making.date}, ${versions.join(', ')}; ${making.backend} |

## Errors over the test rows

${markdownTable(rows)}

This folder holds seed ${runs[0]?.seed ?? 1}, whatever its errors: nothing is chosen by the test rows.
After every epoch the loss over them is recorded too, as in the study, and plays no part.

![Learning curve](learning-curve.svg)
![CPU](cpu.svg)
![Memory](memory.svg)

## Limits of use

- It knows the levels of the function it was trained on; others lie outside its z-scores.
- It forecasts one step, not the peak until the next decision; its peaks are quantiles of its own past errors.
- Its scaler has seen the test rows (only their mean and deviation), which flatters the errors a little.
- Where persistence's errors are smaller, repeating the last value is the better forecast.
`;
}
