import type { FunctionLog } from './types.ts';

/** What is left of an error in a log line: enough to find it, JSON whatever it carries. */
function describeError(error: Error): Record<string, unknown> {
  return {
    type: error.name,
    message: error.message,
    ...('code' in error ? { code: error.code } : {}),
    stack: error.stack,
    ...(error.cause === undefined ? {} : { cause: error.cause }),
  };
}

/** JSON.stringify refuses bigints and cycles; a log line must not. Errors have no enumerable fields of their own. */
function serialize(event: Record<string, unknown>): string {
  // The objects around the value at hand, outermost first: as they were found, and as they are shown.
  const found: unknown[] = [];
  const shown: unknown[] = [];
  return JSON.stringify(event, function replace(this: unknown, _key, value: unknown) {
    while (shown.length > 0 && shown.at(-1) !== this) {
      shown.pop();
      found.pop();
    }
    if (typeof value === 'bigint') return value.toString();
    if (typeof value !== 'object' || value === null) return value;
    if (found.includes(value)) return '[circular]';
    found.push(value);
    shown.push(value instanceof Error ? describeError(value) : value);
    return shown.at(-1);
  });
}

/**
 * A logger that writes one JSON line an event: `{"level","time","msg",…}`, time in Unix milliseconds.
 * Its own few lines instead of a package: a logger is loaded before the first request can be answered.
 */
export function createLog(write: (line: string) => void, base: Record<string, unknown> = {}): FunctionLog {
  const emit = (level: string, fields: Record<string, unknown>, msg: string): void => {
    write(`${serialize({ level, time: Date.now(), ...base, ...fields, msg })}\n`);
  };
  return {
    info: (fields, message) => {
      emit('info', fields, message);
    },
    warn: (fields, message) => {
      emit('warn', fields, message);
    },
    error: (fields, message) => {
      emit('error', fields, message);
    },
  };
}
