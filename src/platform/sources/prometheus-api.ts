import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { printableUrl } from '../http/address.ts';
import { httpRequest, type HttpRequest } from '../http/request.ts';

export interface PrometheusAddress extends Pick<HttpRequest, 'bearerToken' | 'ca' | 'tls' | 'headers'> {
  /** Base address; credentials in it are sent as basic authentication. */
  readonly url: string;
  /** @default 30000 */
  readonly timeoutMs?: number;
}

/** A series with its raw samples: Unix ms and value. */
export interface RawSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly timesMs: Float64Array;
  readonly values: Float64Array;
}

const MAXIMUM_BYTES = 512 * 2 ** 20;

const answerSchema = z.object({
  status: z.enum(['success', 'error']),
  error: z.string().optional(),
  data: z
    .object({
      resultType: z.string(),
      result: z.array(z.unknown()),
    })
    .optional(),
});

const seriesSchema = z.object({
  metric: z.record(z.string(), z.string()),
  values: z.array(z.tuple([z.number(), z.string()])),
});

const VALUES: Readonly<Record<string, number>> = { NaN, '+Inf': Infinity, '-Inf': -Infinity };

function toSeries(raw: unknown): RawSeries {
  const { metric, values } = seriesSchema.parse(raw);
  return {
    labels: metric,
    timesMs: Float64Array.from(values, ([seconds]) => Math.round(seconds * 1000)),
    values: Float64Array.from(values, ([, text]) => VALUES[text] ?? Number(text)),
  };
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}

/**
 * An instant query of a range selector: all samples with their own times, where query_range would move them to its
 * grid. Throws `source-unavailable` with the address and what Prometheus said.
 */
export function querySamples(
  prometheus: PrometheusAddress,
  query: string,
  atMs: number,
  signal: AbortSignal,
): Promise<readonly RawSeries[]> {
  return askForMatrix(prometheus, 'query', { query, time: String(atMs / 1000) }, signal);
}

/** Times at which a query is evaluated: from the first to the last, both included. */
export interface TimeGrid {
  readonly fromMs: number;
  readonly toMs: number;
  readonly stepMs: number;
}

/** A query evaluated at each time of the grid, what it does not give at one left out. Throws `source-unavailable`. */
export function queryAtTimes(
  prometheus: PrometheusAddress,
  query: string,
  { fromMs, toMs, stepMs }: TimeGrid,
  signal: AbortSignal,
): Promise<readonly RawSeries[]> {
  const seconds = (ms: number): string => String(ms / 1000);
  const form = { query, start: seconds(fromMs), end: seconds(toMs), step: seconds(stepMs) };
  return askForMatrix(prometheus, 'query_range', form, signal);
}

type Form = Readonly<Record<string, string>> & { readonly query: string };

async function askForMatrix(
  prometheus: PrometheusAddress,
  endpoint: 'query' | 'query_range',
  form: Form,
  signal: AbortSignal,
): Promise<readonly RawSeries[]> {
  const { query } = form;
  const url = `${prometheus.url.replace(/\/+$/, '')}/api/v1/${endpoint}`;
  const unavailable = (why: string, cause?: unknown): ForesizeError =>
    new ForesizeError('source-unavailable', `Prometheus at ${printableUrl(prometheus.url)}: ${why}`, {
      cause,
    });
  const { bearerToken, ca, tls, headers, timeoutMs = 30_000 } = prometheus;
  const { status, body } = await httpRequest({
    url,
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
    ...(bearerToken === undefined ? {} : { bearerToken }),
    ...(ca === undefined ? {} : { ca }),
    ...(tls === undefined ? {} : { tls }),
    timeoutMs,
    signal,
    maximumBytes: MAXIMUM_BYTES,
  }).catch((error: unknown) => {
    throw unavailable(error instanceof Error ? error.message : String(error), error);
  });
  const answer = answerSchema.safeParse(parseJson(body));
  if (!answer.success) throw unavailable(`the answer (${status}) is not that of its query API`);
  const { error, data } = answer.data;
  if (error !== undefined) throw unavailable(`${error} (${query})`);
  if (data?.resultType !== 'matrix') {
    throw unavailable(`${query} is not a range selector: it gives a ${data?.resultType ?? 'nothing'}`);
  }
  try {
    return data.result.map(toSeries);
  } catch (cause) {
    throw unavailable(`${query} gives series that cannot be read`, cause);
  }
}
