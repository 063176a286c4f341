import type { IncomingHttpHeaders } from 'node:http';

/** One request to the function. */
export interface FunctionEvent {
  readonly method: string;
  /** Path after the function's name, with a leading slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  /** The body's bytes exactly as sent, empty if there were none. */
  readonly body: Buffer;
  /** The body as UTF-8 text; throws a 400 if it is not UTF-8. */
  text(): string;
  /** The body as JSON; throws a 400 if it does not parse. */
  json(): unknown;
}

/** A structured logger; one JSON line an event on stdout. */
export interface FunctionLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

export interface FunctionContext {
  /** X-Call-Id of the gateway, or a new one. */
  readonly callId: string;
  /** Aborted when the caller goes away or the drain time is over. */
  readonly signal: AbortSignal;
  readonly log: FunctionLog;
}

/**
 * A string is sent as text, bytes as they are, a stream or generator of strings and bytes piece by piece as they come,
 * anything else as JSON; `headers` override the content type.
 */
export interface FunctionResponse {
  /** @default 200, or 204 without a body */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * A thrown error with an integer `status` from 400 to 499 becomes that answer with its message as
 * `{"error": message, "code": code}`; a 5xx `status` is kept; anything else is logged and answered as a bare 500.
 */
export type Handler = (
  event: FunctionEvent,
  context: FunctionContext,
) => FunctionResponse | Promise<FunctionResponse>;

/** What a handler module exports. */
export interface FunctionModule {
  readonly default: Handler;
  /** Runs before the function is ready; a rejection ends the process with exit code 1. */
  readonly start?: (log: FunctionLog) => void | Promise<void>;
  /** Runs when draining is done. */
  readonly stop?: () => void | Promise<void>;
}
