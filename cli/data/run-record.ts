import { readFileSync } from 'node:fs';
import { formatDurationMs } from '#core/units/duration.ts';
import type { PrometheusAddress } from '#platform/sources/prometheus-api.ts';
import { parseQueryOverrides } from '#platform/sources/prometheus-queries.ts';
import type { RecordingFormat } from '../../training/data/prometheus/manifest.ts';
import { record, type RecordOptions, type RecordSummary } from '../../training/data/prometheus/record.ts';
import { withProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';
import { untilInterrupted } from '../up/interruption.ts';

/** Prometheus may ingest a sample some seconds after its time. */
const LATE_MS = 60_000;

export interface RecordFlags extends QuietFlag {
  readonly url: string;
  readonly tokenFile?: string;
  readonly ca?: string;
  readonly namespace: string;
  readonly function?: string[];
  readonly from?: number;
  readonly to?: number;
  readonly for: number;
  readonly chunk: number;
  readonly format: RecordingFormat;
  readonly containerLabels?: Record<string, string>;
  readonly gatewayLabels?: Record<string, string>;
  readonly queries?: string;
  readonly json?: true;
}

/** `foresize record`. Throws `source-unavailable`, `recording-mismatch` and `recording-empty`. */
export async function runRecord(folder: string, flags: RecordFlags): Promise<void> {
  const interruption = untilInterrupted();
  try {
    const options = optionsOf(folder, flags, interruption.signal);
    const summary = await recordShown(options, flags);
    process.stdout.write(flags.json === true ? `${JSON.stringify(summary)}\n` : summaryText(folder, summary));
    if (!summary.complete) process.exitCode = 130;
  } finally {
    interruption.release();
  }
}

function recordShown(options: RecordOptions, flags: QuietFlag): Promise<RecordSummary> {
  return withProgress((show) => {
    show(0, 'asking Prometheus');
    return record({
      ...options,
      onProgress: ({ fromMs, recordedToMs, toMs, samples }) => {
        const share = toMs > fromMs ? (recordedToMs - fromMs) / (toMs - fromMs) : 1;
        show(share, `${samples} samples, up to ${new Date(recordedToMs).toISOString()}`);
      },
    });
  }, flags);
}

function optionsOf(folder: string, flags: RecordFlags, signal: AbortSignal): RecordOptions {
  const toMs = flags.to ?? Date.now() - LATE_MS;
  const { format, namespace, containerLabels, gatewayLabels } = flags;
  return {
    prometheus: addressOf(flags),
    folder,
    format,
    namespace,
    fromMs: Math.max(0, flags.from ?? toMs - flags.for),
    toMs,
    chunkMs: flags.chunk,
    ...(flags.function === undefined ? {} : { functions: flags.function }),
    ...(containerLabels === undefined ? {} : { containerLabels }),
    ...(gatewayLabels === undefined ? {} : { gatewayLabels }),
    ...(flags.queries === undefined ? {} : { queries: parseQueryOverrides(flags.queries) }),
    signal,
  };
}

function addressOf({ url, tokenFile, ca }: RecordFlags): PrometheusAddress {
  return {
    url,
    ...(tokenFile === undefined ? {} : { bearerToken: readFileSync(tokenFile, 'utf8').trim() }),
    ...(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') }),
  };
}

/** What was recorded, and how to go on. */
export function summaryText(
  folder: string,
  { fromMs, recordedToMs, samples, continued, complete }: RecordSummary,
): string {
  const span = `${new Date(fromMs).toISOString()} to ${new Date(recordedToMs).toISOString()}`;
  const added = `${continued ? 'went on with' : 'began'} ${folder}: ${samples} samples`;
  const length = formatDurationMs(Math.round((recordedToMs - fromMs) / 1000) * 1000);
  return `${added}; it holds ${length}, ${span}\n${complete ? '' : 'The same command again goes on from there.\n'}`;
}
