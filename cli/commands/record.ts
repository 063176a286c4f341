import { Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { parseDurationMs } from '#core/units/duration.ts';
import { labels } from '#platform/configuration/fields.ts';
import { RECORDING_FORMATS } from '../../training/data/prometheus/manifest.ts';
import type { RecordFlags } from '../data/run-record.ts';

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
    .option('--quiet', 'no progress')
    .addHelpText('after', HELP)
    .action(async (folder, flags: RecordFlags) => {
      const { runRecord } = await import('../data/run-record.ts');
      await runRecord(folder, flags);
    });
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
