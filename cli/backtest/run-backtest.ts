import { parseSettings } from '#core/annotations/parse-settings.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { backtest } from '../../training/backtest/backtest.ts';
import { jsonReport } from '../../training/backtest/json-report.ts';
import type { BacktestOptions } from '../../training/backtest/options.ts';
import { textReport } from '../../training/backtest/text-report.ts';
import { writeReport } from '../../training/backtest/write-report.ts';
import { readDataSet } from '../../training/data/read-data-set.ts';
import { withProgress } from '../live/share-progress.ts';
import { type QuietFlag, tell } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import { lstmFolder } from '../models/lstm-folder.ts';
import { interruptibly } from '../up/interruption.ts';
import { forecastersFor } from './forecasters.ts';

export interface BacktestFlags extends QuietFlag {
  readonly cadence: number;
  readonly delay: number;
  readonly forecaster: string;
  /** Left out, the network that `foresize evaluate` takes, too; false for none. */
  readonly model?: string | boolean;
  readonly policy: 'full' | 'requests';
  readonly annotation: readonly string[];
  readonly rows?: Rows;
  readonly phases: number;
  readonly name?: string;
  readonly cpuMean?: number;
  readonly out?: string;
  readonly json?: true;
}

export type Rows = Pick<BacktestOptions, 'firstRow' | 'lastRow'>;

/** `foresize backtest`. Throws `backtest-invalid`, `annotation-invalid` and `data-invalid`. */
export async function runBacktest(files: readonly string[], flags: BacktestFlags): Promise<void> {
  const options = await optionsOf(flags);
  await interruptibly(async (signal) => {
    const report = await withProgress(async (show) => {
      show(null, `reading ${files.join(', ')}`);
      const dataSet = await readDataSet(files, {
        ...(flags.name === undefined ? {} : { name: flags.name }),
        ...(flags.cpuMean === undefined ? {} : { cpuMeanMs: flags.cpuMean }),
      });
      return backtest(dataSet, options, signal, show);
    }, flags);
    const { out, json } = flags;
    const written =
      out === undefined
        ? null
        : await withProgress((onProgress) => writeReport(report, out, { signal, onProgress }), flags);
    process.stdout.write(
      json === true ? `${JSON.stringify(jsonReport(report))}\n` : textReport(report, outputStyle().columns),
    );
    if (written !== null) tell(`wrote ${written.html} and ${written.json}`, flags);
  });
}

async function optionsOf(flags: BacktestFlags): Promise<BacktestOptions> {
  const { cadence: cadenceMs, delay: delayMs, forecaster, policy, phases, rows = {} } = flags;
  const annotations = annotationsOf(flags.annotation);
  // Refused before anything is read, whether or not the policy will be replayed.
  parseSettings(annotations);
  const forecasters = await forecastersFor(forecaster, modelFolder(flags.model));
  return { cadenceMs, delayMs, forecaster, forecasters, policy, annotations, phases, ...rows };
}

function modelFolder(model: BacktestFlags['model']): string | undefined {
  if (model === false) return undefined;
  return typeof model === 'string' ? model : lstmFolder();
}

function annotationsOf(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new ForesizeError('backtest-invalid', `--annotation ${JSON.stringify(text)} is not name=value`);
    }),
  );
}
