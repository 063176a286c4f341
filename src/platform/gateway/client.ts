import type { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { httpRequest, type HttpRequest, type HttpResponse } from '../http/request.ts';
import {
  gatewayFunctionsSchema,
  gatewayInfoSchema,
  type DeployBody,
  type GatewayFunction,
  type GatewayInfo,
  type SecretBody,
} from './schemas.ts';

export interface GatewayAddress {
  /** Base address, such as `http://gateway.openfaas:8080`; a path in it is kept. */
  readonly url: string;
  /** Basic auth of the system API; functions are invoked without. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** PEM of the authority to trust instead of the system's. */
  readonly ca?: string;
  /** For calls of the system API. @default 10 000 */
  readonly timeoutMs?: number;
}

export interface Invocation {
  /** @default POST */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** What follows the function's name, query included. */
  readonly path?: string;
  /** @default 60 000, the gateway's own */
  readonly timeoutMs?: number;
  readonly maximumBytes?: number;
  /** Through the queue: 202 at once. @default false */
  readonly asynchronous?: boolean;
}

/**
 * An OpenFaaS gateway. Each call throws `gateway-unavailable` if nothing answers and `gateway-refused` for an answer other
 * than the wanted one, with what the gateway said.
 */
export interface GatewayClient {
  list(signal: AbortSignal, namespace?: string): Promise<readonly GatewayFunction[]>;
  info(signal: AbortSignal): Promise<GatewayInfo>;
  /** Updates the function, or makes it where there is none. The body must be whole: what it lacks is removed. */
  deploy(body: DeployBody, signal: AbortSignal): Promise<'created' | 'updated'>;
  /** Updates a function that is there. The body must be whole, as for `deploy`; one that is gone is not made again. */
  update(body: DeployBody, signal: AbortSignal): Promise<void>;
  /** False if there was none. */
  remove(name: string, signal: AbortSignal, namespace?: string): Promise<boolean>;
  scale(name: string, replicas: number, signal: AbortSignal, namespace?: string): Promise<void>;
  createSecret(secret: SecretBody, signal: AbortSignal): Promise<void>;
  updateSecret(secret: SecretBody, signal: AbortSignal): Promise<void>;
  /** Any status is an answer. `name` is `function` or `function.namespace`. */
  invoke(name: string, invocation: Invocation, signal: AbortSignal): Promise<HttpResponse>;
}

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_INVOKE_TIMEOUT_MS = 60_000;

/** @example const functions = await createGatewayClient({ url: 'http://127.0.0.1:8080' }).list(signal); */
export function createGatewayClient(gateway: GatewayAddress): GatewayClient {
  const base = gateway.url.replace(/\/+$/, '');

  const system = (
    path: string,
    signal: AbortSignal,
    more: Partial<HttpRequest> = {},
  ): Promise<HttpResponse> =>
    send(gateway, {
      url: base + path,
      headers: systemHeaders(gateway, more.body !== undefined),
      signal,
      ...more,
    });

  const write = (method: string, path: string, body: object, signal: AbortSignal): Promise<HttpResponse> =>
    system(path, signal, { method, body: JSON.stringify(body) });

  return {
    list: async (signal, namespace) => {
      const query = namespace === undefined ? '' : `?namespace=${encodeURIComponent(namespace)}`;
      const answer = await system(`/system/functions${query}`, signal);
      return (
        parse(
          'list of the functions',
          gatewayFunctionsSchema,
          expect('list of the functions', answer, [200]),
        ) ?? []
      );
    },
    info: async (signal) =>
      parse('info', gatewayInfoSchema, expect('info', await system('/system/info', signal), [200])),
    deploy: async (body, signal) => {
      const update = await write('PUT', '/system/functions', body, signal);
      if (update.status !== 404) {
        expectUpdated(body.service, update);
        return 'updated';
      }
      const create = await write('POST', '/system/functions', body, signal);
      expect(`deployment of ${body.service}`, create, [200, 201, 202]);
      return 'created';
    },
    update: async (body, signal) => {
      expectUpdated(body.service, await write('PUT', '/system/functions', body, signal));
    },
    remove: async (functionName, signal, namespace) => {
      const answer = await write(
        'DELETE',
        '/system/functions',
        { functionName, ...inNamespace(namespace) },
        signal,
      );
      if (answer.status === 404) return false;
      expect(`removal of ${functionName}`, answer, [200, 202]);
      return true;
    },
    scale: async (name, replicas, signal, namespace) => {
      const body = { serviceName: name, replicas, ...inNamespace(namespace) };
      const query = namespace === undefined ? '' : `?namespace=${encodeURIComponent(namespace)}`;
      const answer = await write(
        'POST',
        `/system/scale-function/${encodeURIComponent(name)}${query}`,
        body,
        signal,
      );
      expect(`scaling of ${name}`, answer, [200, 202]);
    },
    createSecret: async (secret, signal) => {
      const answer = await write('POST', '/system/secrets', secretBody(secret), signal);
      expect(`creation of the secret ${secret.name}`, answer, [200, 201, 202]);
    },
    updateSecret: async (secret, signal) => {
      const answer = await write('PUT', '/system/secrets', secretBody(secret), signal);
      expect(`update of the secret ${secret.name}`, answer, [200, 202]);
    },
    invoke: (name, { asynchronous = false, path = '', method = 'POST', timeoutMs, ...rest }, signal) =>
      send(gateway, {
        url: `${base}/${asynchronous ? 'async-function' : 'function'}/${encodeURIComponent(name)}${path}`,
        method,
        ...rest,
        timeoutMs: timeoutMs ?? DEFAULT_INVOKE_TIMEOUT_MS,
        signal,
      }),
  };
}

function systemHeaders({ credentials }: GatewayAddress, hasBody: boolean): Record<string, string> {
  return {
    ...(hasBody ? { 'content-type': 'application/json' } : {}),
    ...(credentials === undefined ? {} : { authorization: basic(credentials) }),
  };
}

function basic({ user, password }: { readonly user: string; readonly password: string }): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

async function send(gateway: GatewayAddress, request: HttpRequest): Promise<HttpResponse> {
  try {
    return await httpRequest({
      timeoutMs: gateway.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      ...(gateway.ca === undefined ? {} : { ca: gateway.ca }),
      ...request,
    });
  } catch (error) {
    request.signal?.throwIfAborted();
    const message = error instanceof Error ? error.message : String(error);
    throw new ForesizeError('gateway-unavailable', `the gateway did not answer: ${message}`, {
      cause: error,
    });
  }
}

function expect(what: string, answer: HttpResponse, statuses: readonly number[]): HttpResponse {
  if (statuses.includes(answer.status)) return answer;
  throw new ForesizeError(
    'gateway-refused',
    `the gateway answered ${answer.status} to the ${what}${said(answer)}`,
  );
}

/** faas-netes answers a failed update with 200 and nothing else: only 202 means that it was taken. */
function expectUpdated(name: string, answer: HttpResponse): void {
  if (answer.status === 200) {
    throw new ForesizeError(
      'gateway-refused',
      `the gateway answered 200 instead of 202 to the update of ${name}${said(answer)}: the update failed`,
    );
  }
  expect(`update of ${name}`, answer, [202]);
}

function said({ body }: HttpResponse): string {
  const text = body.subarray(0, 500).toString('utf8').trim();
  return text === '' ? '' : `: ${text}`;
}

function parse<T extends z.ZodType>(what: string, schema: T, answer: HttpResponse): z.output<T> {
  let value: unknown;
  try {
    value = JSON.parse(answer.body.toString('utf8'));
  } catch (cause) {
    throw new ForesizeError('gateway-refused', `the gateway's ${what} is not JSON${said(answer)}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.join('.') ?? '';
  throw new ForesizeError(
    'gateway-refused',
    `the gateway's ${what} is malformed at ${where}: ${issue?.message ?? ''}`,
  );
}

function inNamespace(namespace: string | undefined): { namespace?: string } {
  return namespace === undefined ? {} : { namespace };
}

/** `rawValue` beside `value` where the bytes are no text, as faas-cli does with --from-file. */
function secretBody({ name, namespace, value }: SecretBody): object {
  const bytes = Buffer.from(value);
  return {
    name,
    ...inNamespace(namespace),
    value: typeof value === 'string' ? value : bytes.toString('utf8'),
    ...(typeof value === 'string' ? {} : { rawValue: bytes.toString('base64') }),
  };
}
