import type { Tls } from './agent.ts';
import type { HttpRequest } from './request.ts';

/** A Kubernetes API server, and as whom to speak to it. */
export interface ApiServer {
  readonly url: string;
  /** Bearer token, without anything else. */
  readonly token?: string;
  /** PEM of the authority to trust. */
  readonly ca?: string;
  readonly tls?: Tls;
  /** Headers of each request where they change with time, as the tokens of a kubeconfig's exec plugin do. */
  readonly headers?: () => Promise<Readonly<Record<string, string>>>;
}

/** The request for a path of the API server, such as `/api/v1/nodes`. */
export async function apiRequest(
  { url, token, ca, tls, headers }: ApiServer,
  path: string,
): Promise<Pick<HttpRequest, 'url' | 'bearerToken' | 'ca' | 'tls' | 'headers'>> {
  return {
    url: apiUrl(url, path),
    ...(token === undefined ? {} : { bearerToken: token }),
    ...(ca === undefined ? {} : { ca }),
    ...(tls === undefined ? {} : { tls }),
    ...(headers === undefined ? {} : { headers: await headers() }),
  };
}

export function apiUrl(url: string, path: string): string {
  return `${url.replace(/\/+$/, '')}${path}`;
}
