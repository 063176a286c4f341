import { ForesizeError } from '#core/errors/error.ts';
import { sendCalls, type SendOptions } from '../../invoker/invoke.ts';
import { parsePayloadSizes } from '../../invoker/payloads.ts';
import { createProgress } from '../../invoker/progress.ts';
import { replayText } from '../../invoker/replay/report.ts';
import { reportText } from '../../invoker/report.ts';
import type { Summary } from '../../invoker/summary.ts';
import type { QuietFlag } from '../live/tell.ts';
import { type Load, type LoadFlags, loadOf } from './load.ts';

export interface InvokeFlags extends LoadFlags, QuietFlag {
  readonly gateway: string;
  readonly payload: string;
  readonly data?: string;
  readonly method: string;
  readonly header: readonly string[];
  readonly concurrency: number;
  readonly timeout: number;
  readonly log?: string;
  readonly calls?: string;
  readonly allowErrors: number;
  readonly json?: true;
}

/** `foresize invoke`. Throws `load-invalid` and `duration-invalid`. */
export async function runInvoke(name: string, flags: InvokeFlags): Promise<void> {
  const interrupted = new AbortController();
  const interrupt = (): void => {
    interrupted.abort();
  };
  // Kept to the end: log-update's own handler ends the process where it finds no other.
  process.on('SIGINT', interrupt).on('SIGTERM', interrupt);
  try {
    const load = await loadOf(flags);
    if (flags.json !== true && flags.quiet !== true && load.replay !== null) {
      process.stdout.write(replayText(load.replay));
    }
    const options = optionsOf(name, flags, load);
    const summary = await send({ ...options, signal: interrupted.signal }, load.durationMs, flags);
    process.stdout.write(flags.json === true ? jsonOf(load, summary) : reportText(summary));
    process.exitCode = exitCodeOf(summary, flags.allowErrors, interrupted.signal.aborted);
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function jsonOf({ replay }: Load, summary: Summary): string {
  if (replay === null) return `${JSON.stringify(summary)}\n`;
  const { calls, durationMs, trace } = replay;
  const of = trace === null ? null : { ...trace, perMinute: [...trace.perMinute] };
  return `${JSON.stringify({ ...summary, replay: { calls, durationMs, trace: of } })}\n`;
}

async function send(options: SendOptions, durationMs: number, { quiet }: QuietFlag): Promise<Summary> {
  const progress = quiet === true ? null : createProgress(process.stderr, durationMs);
  const failures: string[] = [];
  try {
    return await sendCalls({
      ...options,
      onCall: ({ outcome, error }, summary) => {
        if (error !== null && outcome !== 'cancelled' && failures.length === 0) failures.push(error);
        progress?.show(summary);
      },
    });
  } finally {
    progress?.end();
    // Counts alone do not tell a wrong address from a function that fails.
    for (const error of failures) process.stderr.write(`the first error: ${error}\n`);
  }
}

function exitCodeOf({ calls, errors }: Summary, allowedPercent: number, interrupted: boolean): number {
  if (interrupted) return 130;
  return errors * 100 > allowedPercent * calls ? 1 : 0;
}

function optionsOf(name: string, flags: InvokeFlags, { arrivals }: Load): SendOptions {
  const { seed, method, timeout: timeoutMs, concurrency, log, calls } = flags;
  return {
    target: { url: urlOf(name, flags.gateway), method, headers: headersOf(flags.header), timeoutMs },
    arrivals,
    seed,
    payload: flags.data ?? parsePayloadSizes(flags.payload),
    concurrency,
    record: { ...(log === undefined ? {} : { log }), ...(calls === undefined ? {} : { calls }) },
  };
}

function urlOf(name: string, gateway: string): string {
  return name.includes('://') ? name : `${gateway.replace(/\/+$/, '')}/function/${name}`;
}

function headersOf(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    lines.map((line) => {
      const [, name, value] = /^([\w!#$%&'*+.^`|~-]+):\s*(.*)$/.exec(line) ?? [];
      if (name === undefined || value === undefined) {
        throw new ForesizeError('load-invalid', `header ${JSON.stringify(line)} is not "name: value"`);
      }
      return [name, value];
    }),
  );
}
