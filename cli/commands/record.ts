import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { formatDurationMs, parseDurationMs } from '#core/units/duration.ts';
import { labels } from '#platform/configuration/fields.ts';
import type { PrometheusAddress } from '#platform/sources/prometheus-api.ts';
import { parseQueryOverrides } from '#platform/sources/prometheus-queries.ts';
import { RECORDING_FORMATS, type RecordingFormat } from '../../training/data/prometheus/manifest.ts';
import { record, type RecordOptions, type RecordSummary } from '../../training/data/prometheus/record.ts';
import { shareProgress } from '../live/share-progress.ts';
import { untilInterrupted } from '../up/interruption.ts';

const HELP = `
Formats:
  raw       counters of CPU, throttling and calls, memory and limits, each sample with its own time
  seed-csv  the study's own queries, rate(...[5m]) of CPU and memory each 15 s, and a CSV of them for each function

A recording is a folder of chunks, each written whole. The same command again goes on where the last one ended.
foresize describe, train, evaluate and backtest read it.

Examples:
  $ foresize record recording                                the last 24 h of all functions in openfaas-fn
  $ foresize record recording --function qrcode --for 7d
  $ foresize record january --url http://prometheus:9090 --from 2026-01-01 --to 2026-02-01 --chunk 6h
  $ foresize record study --function qrcode --format seed-csv --container-labels job=kubelet

Exit codes: 0 done; 1 Prometheus failed or had no sample; 2 wrong input; 130 ended by Ctrl-C, what it had is kept.
`;

/** Prometheus may ingest a sample some seconds after its time. */
const LATE_MS = 60_000;

interface Flags {
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

/** `foresize record`: from a Prometheus to a folder. Throws `source-unavailable`, `recording-mismatch` and `recording-empty`. */
export function recordCommand() {
  return new Command('record')
    .description('Record what functions used from Prometheus; goes on where it ended')
    .argument('<folder>', 'where the recording is kept')
    .option('--url <url>', 'address of Prometheus', process.env.PROMETHEUS_URL ?? 'http://127.0.0.1:9090')
    .option('--token-file <file>', 'with the bearer token to send')
    .option('--ca <file>', 'PEM of the authority to trust')
    .option('--namespace <name>', 'of the functions', 'openfaas-fn')
    .option('--function <name...>', 'these only')
    .option('--from <time>', '2026-01-31, 2026-01-31T12:00Z or Unix ms (--for before the end)', timeMs)
    .option('--to <time>', 'as --from (a minute ago)', timeMs)
    .addOption(
      new Option('--for <time>', 'how long, ending at --to').argParser(duration).default(86_400_000, '24h'),
    )
    .addOption(new Option('--chunk <time>', 'asked for at once').argParser(duration).default(3_600_000, '1h'))
    .addOption(
      new Option('--format <name>', 'what is recorded').choices(RECORDING_FORMATS).default('raw' as const),
    )
    .option('--container-labels <pairs>', "that cAdvisor's series must carry, such as job=kubelet", labelsOf)
    .option('--gateway-labels <pairs>', "that the gateway's series must carry", labelsOf)
    .option('--queries <json>', 'other selectors, by name: {"cpuSeconds": "..."}')
    .option('--json', 'print the summary as JSON')
    .addHelpText('after', HELP)
    .action(run);
}

async function run(folder: string, flags: Flags): Promise<void> {
  const interruption = untilInterrupted(undefined, () => undefined);
  try {
    const options = optionsOf(folder, flags, interruption.signal);
    const summary = await recordShown(options);
    process.stdout.write(flags.json === true ? `${JSON.stringify(summary)}\n` : summaryText(folder, summary));
    if (!summary.complete) process.exitCode = 130;
  } finally {
    interruption.release();
  }
}

async function recordShown(options: RecordOptions): Promise<RecordSummary> {
  const progress = shareProgress(process.stderr);
  try {
    return await record({
      ...options,
      onProgress: ({ fromMs, recordedToMs, toMs, samples }) => {
        const share = toMs > fromMs ? (recordedToMs - fromMs) / (toMs - fromMs) : 1;
        progress.show(share, `${samples} samples, up to ${new Date(recordedToMs).toISOString()}`);
      },
    });
  } finally {
    progress.end();
  }
}

function optionsOf(folder: string, flags: Flags, signal: AbortSignal): RecordOptions {
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

function addressOf({ url, tokenFile, ca }: Flags): PrometheusAddress {
  return {
    url,
    ...(tokenFile === undefined ? {} : { bearerToken: readFileSync(tokenFile, 'utf8').trim() }),
    ...(ca === undefined ? {} : { ca: readFileSync(ca, 'utf8') }),
  };
}

function summaryText(
  folder: string,
  { fromMs, recordedToMs, samples, continued, complete }: RecordSummary,
): string {
  const span = `${new Date(fromMs).toISOString()} to ${new Date(recordedToMs).toISOString()}`;
  const added = `${continued ? 'went on with' : 'began'} ${folder}: ${samples} samples`;
  const length = formatDurationMs(Math.round((recordedToMs - fromMs) / 1000) * 1000);
  return `${added}; it holds ${length}, ${span}\n${complete ? '' : 'The same command again goes on from there.\n'}`;
}

/** A date, a date and time, or Unix ms. */
function timeMs(text: string): number {
  const value = /^\d{11,}$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('A time such as 2026-01-31, 2026-01-31T12:00Z or Unix ms.');
}

function duration(text: string): number {
  const ms = parseDurationMs(text);
  if (ms >= 1000) return ms;
  throw new InvalidArgumentError('A duration of at least 1s, such as 90s, 24h or 7d.');
}

function labelsOf(text: string): Record<string, string> {
  const parsed = labels.safeParse(text);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('Labels such as job=kubelet,metrics_path=/metrics/cadvisor.');
}
