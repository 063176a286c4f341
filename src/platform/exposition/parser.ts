import { ForesizeError } from '#core/errors/error.ts';
import { readLabels } from './labels.ts';
import { readNumber } from './number.ts';

/**
 * Receives one sample. `labels` holds the values of the labels asked for, in the order asked, '' where absent; the
 * array is reused and its strings are slices of the chunk they came in: `detach` what is to be kept.
 * `timestampMs` is NaN where the line has none.
 */
export type OnSample = (
  metric: string,
  labels: readonly string[],
  value: number,
  timestampMs: number,
) => void;

export interface ExpositionOptions {
  /** Malformed lines beyond this many end the parsing. @default 1000 */
  readonly maximumMalformed?: number;
  /** A line longer than this ends the parsing. @default 1 MiB */
  readonly maximumLineBytes?: number;
}

export interface Problem {
  /** From 1. */
  readonly line: number;
  readonly reason: string;
}

interface Wanted {
  readonly metric: string;
  readonly labels: readonly string[];
}

const NEWLINE = 10;
const SPACE = 32;
const TAB = 9;
const HASH = 35;
const BRACE = 123;
/** Problems kept with their text; all are counted. */
const KEPT_PROBLEMS = 10;

/**
 * The Prometheus text exposition format (prometheus.io/docs/instrumenting/exposition_formats), read as it streams:
 * chunks may end anywhere. Only the metrics asked for are looked into; other lines cost the search for their end.
 * Bytes are taken as Latin-1, so that a chunk can be cut inside a character; label values are put back into UTF-8.
 *
 * @example
 * const parser = new ExpositionParser({ up: ['job'] }, (metric, [job], value) => log(metric, job, value));
 * for await (const chunk of chunks) parser.push(chunk);
 * parser.end();
 */
export class ExpositionParser {
  /** Lines that could not be read. */
  malformed = 0;
  /** The first of them. */
  readonly problems: Problem[] = [];
  /** Samples handed over. */
  samples = 0;

  readonly #wanted: ReadonlyMap<string, Wanted>;
  readonly #onSample: OnSample;
  readonly #maximumMalformed: number;
  readonly #maximumLineBytes: number;
  readonly #values: string[] = [];
  #rest = '';
  #line = 0;
  /** The name on the line before, and what was asked of it: lines of one metric follow each other. */
  #lastName = '';
  #last: Wanted | undefined;

  /** `wanted`: the labels to hand over, by metric. */
  constructor(
    wanted: Readonly<Record<string, readonly string[]>>,
    onSample: OnSample,
    options: ExpositionOptions = {},
  ) {
    this.#wanted = new Map(Object.entries(wanted).map(([metric, labels]) => [metric, { metric, labels }]));
    this.#onSample = onSample;
    this.#maximumMalformed = options.maximumMalformed ?? 1000;
    this.#maximumLineBytes = options.maximumLineBytes ?? 2 ** 20;
  }

  /** Throws `exposition-invalid` beyond the bounds. */
  push(chunk: Uint8Array): void {
    const decoded = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength).toString('latin1');
    const text = this.#rest + decoded;
    let start = 0;
    // The rest is known to hold no end of line.
    let end = text.indexOf('\n', this.#rest.length);
    while (end !== -1) {
      this.#readLine(text, start, end);
      start = end + 1;
      end = text.indexOf('\n', start);
    }
    this.#rest = text.slice(start);
    if (this.#rest.length > this.#maximumLineBytes) {
      throw new ForesizeError(
        'exposition-invalid',
        `line ${this.#line + 1} is longer than ${this.#maximumLineBytes} bytes`,
      );
    }
  }

  /** Reads what follows the last end of line. */
  end(): void {
    if (this.#rest !== '') this.#readLine(this.#rest, 0, this.#rest.length);
    this.#rest = '';
  }

  #readLine(text: string, start: number, lineEnd: number): void {
    this.#line += 1;
    const end = text.charCodeAt(lineEnd - 1) === 13 && lineEnd > start ? lineEnd - 1 : lineEnd;
    let at = start;
    while (at < end && isBlank(text.charCodeAt(at))) at += 1;
    if (at === end || text.charCodeAt(at) === HASH) return;
    if (!isNameStart(text.charCodeAt(at))) {
      this.#report('does not begin with a metric name');
      return;
    }
    const nameEnd = this.#readName(text, at, end);
    if (this.#last === undefined) return;
    const reason = this.#readSample(text, nameEnd, end, this.#last);
    if (reason !== null) this.#report(reason);
  }

  /** Sets what is wanted of the line's metric, and returns where its name ends. */
  #readName(text: string, start: number, end: number): number {
    const guess = start + this.#lastName.length;
    if (this.#lastName !== '' && endsName(text.charCodeAt(guess)) && text.startsWith(this.#lastName, start)) {
      return guess;
    }
    let at = start + 1;
    while (at < end && !endsName(text.charCodeAt(at))) at += 1;
    this.#lastName = detach(text.slice(start, at));
    this.#last = this.#wanted.get(this.#lastName);
    return at;
  }

  #readSample(text: string, from: number, end: number, wanted: Wanted): string | null {
    let at = skipBlanks(text, from, end);
    for (let i = 0; i < wanted.labels.length; i += 1) this.#values[i] = '';
    this.#values.length = wanted.labels.length;
    if (text.charCodeAt(at) === BRACE) {
      at = readLabels(text, at + 1, end, wanted.labels, this.#values);
      if (at === -1) return 'its labels are not name="value" pairs in braces';
    }
    at = skipBlanks(text, at, end);
    const valueEnd = endOfToken(text, at, end);
    const value = readNumber(text.slice(at, valueEnd));
    if (value === undefined) return 'its value is not a number';
    at = skipBlanks(text, valueEnd, end);
    let timestampMs = NaN;
    // What begins with # here is an exemplar.
    if (at < end && text.charCodeAt(at) !== HASH) {
      const stampEnd = endOfToken(text, at, end);
      const stamp = readNumber(text.slice(at, stampEnd));
      if (stamp === undefined || !Number.isFinite(stamp)) return 'its timestamp is not a number';
      at = skipBlanks(text, stampEnd, end);
      if (at < end && text.charCodeAt(at) !== HASH) return 'something follows the timestamp';
      timestampMs = stamp;
    }
    this.samples += 1;
    this.#onSample(wanted.metric, this.#values, value, timestampMs);
    return null;
  }

  #report(reason: string): void {
    this.malformed += 1;
    if (this.problems.length < KEPT_PROBLEMS) this.problems.push({ line: this.#line, reason });
    if (this.malformed > this.#maximumMalformed) {
      const first = this.problems[0];
      throw new ForesizeError(
        'exposition-invalid',
        `more than ${this.#maximumMalformed} lines cannot be read; line ${first?.line ?? 0}: ${first?.reason ?? reason}`,
      );
    }
  }
}

/** A copy that does not keep the chunk alive from which it was sliced. */
export function detach(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

function isNameStart(code: number): boolean {
  // a-z, A-Z, _, :
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || code === 58;
}

/** NaN is past the end of the text. */
function endsName(code: number): boolean {
  return code === BRACE || code === SPACE || code === TAB || code === NEWLINE || Number.isNaN(code);
}

function skipBlanks(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && isBlank(text.charCodeAt(at))) at += 1;
  return at;
}

function endOfToken(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && !isBlank(text.charCodeAt(at))) at += 1;
  return at;
}
