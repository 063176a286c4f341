import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { finished } from 'node:stream/promises';
import { ForesizeError } from '#core/errors/error.ts';
import type { Call } from './call.ts';

const CALLS_HEADER = 'due_ms,sent_ms,latency_ms,payload_bytes,outcome,status\n';

/** Where a run is written down. Both are added to, never overwritten. */
export interface RecordPaths {
  /** One line a call as it is sent: Unix ms, no header (the study's `log.csv`). */
  readonly log?: string;
  /** One row a call as it ends: when due, when sent, latency, bytes, outcome, status. */
  readonly calls?: string;
}

export interface Recorder {
  readonly sent: (atMs: number) => void;
  readonly ended: (call: Call) => void;
  /** Resolves when every line is in its file. Throws `load-invalid` where one could not be written. */
  readonly close: () => Promise<void>;
}

/** Opens the files, with the folders they need. Throws `load-invalid` naming the one that can't be written. */
export async function openRecorder({ log, calls }: RecordPaths): Promise<Recorder> {
  const logFile = log === undefined ? undefined : await openFile(log, '');
  const callsFile = calls === undefined ? undefined : await openFile(calls, CALLS_HEADER);
  return {
    sent: (atMs) => logFile?.stream.write(`${Math.round(atMs)}\n`),
    ended: (call) => callsFile?.stream.write(rowOf(call)),
    close: async () => {
      await Promise.all([logFile?.close(), callsFile?.close()]);
    },
  };
}

function rowOf({ dueAtMs, sentAtMs, latencyMs, payloadBytes, outcome, status }: Call): string {
  const times = [Math.round(dueAtMs), Math.round(sentAtMs), latencyMs.toFixed(1)];
  return `${[...times, payloadBytes, outcome, status ?? ''].join(',')}\n`;
}

interface OpenFile {
  readonly stream: WriteStream;
  readonly close: () => Promise<void>;
}

async function openFile(path: string, header: string): Promise<OpenFile> {
  const failed = (cause: unknown): never => {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('load-invalid', `cannot write ${path}: ${reason}`, { cause });
  };
  try {
    await mkdir(dirname(path), { recursive: true });
    const size = await stat(path).then(
      (file) => file.size,
      () => 0,
    );
    const stream = createWriteStream(path, { flags: 'a' });
    await once(stream, 'open');
    const written = finished(stream).catch(failed);
    // Reported by close(); until then a full disk must not end the process.
    written.catch(() => undefined);
    if (size === 0) stream.write(header);
    return { stream, close: () => (stream.end(), written) };
  } catch (error) {
    return failed(error);
  }
}
