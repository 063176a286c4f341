import { printableUrl } from '#platform/http/address.ts';
import { apiRequest, type ApiServer } from '#platform/http/api-server.ts';
import type { HttpRequest } from '#platform/http/request.ts';

/** Something that is asked over HTTP: at an address of its own, or through the API server. */
export interface Endpoint {
  /** For a person. */
  readonly where: string;
  /** The request for a path of it. */
  readonly to: (path: string) => Promise<Pick<HttpRequest, 'url' | 'bearerToken' | 'ca' | 'tls' | 'headers'>>;
}

/** A Service within the cluster. */
export interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

export const addressEndpoint = (url: string): Endpoint => ({
  where: printableUrl(url).replace(/\/+$/, ''),
  to: (path) => Promise.resolve({ url: `${url.replace(/\/+$/, '')}${path}` }),
});

/** Reached with the rights of the kubeconfig alone: the API server passes no password on. */
export const serviceEndpoint = (server: ApiServer, { namespace, name, port }: Service): Endpoint => ({
  where: `the Service ${namespace}/${name}:${port}`,
  to: (path) => apiRequest(server, `/api/v1/namespaces/${namespace}/services/${name}:${port}/proxy${path}`),
});

const PROXIED = /\/namespaces\/([^/]+)\/(service|pod)s\/([^/]+)\/proxy/;

/** What a path of the API server leads to. */
export function apiServerEndpoint(server: ApiServer, base: string): Endpoint {
  const [, namespace, kind, name] = PROXIED.exec(base) ?? [];
  return {
    where:
      kind === undefined
        ? base
        : `the ${kind === 'pod' ? 'pod' : 'Service'} ${namespace ?? ''}/${name ?? ''}`,
    to: (path) => apiRequest(server, `${base}${path}`),
  };
}

const SERVICE = /^http:\/\/([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.[a-z0-9.-]+)?(?::(\d+))?(\/.*)?$/;

/** The Service that an address within the cluster names, and the path there; null for another address. */
export function serviceIn(url: string): { readonly service: Service; readonly path: string } | null {
  const [, name, namespace, port = '80', path = ''] = SERVICE.exec(url) ?? [];
  if (name === undefined || namespace === undefined) return null;
  return { service: { namespace, name, port: Number(port) }, path: path.replace(/\/+$/, '') };
}

/** What an address of a function's environment names, as it can be asked from here. */
export function endpointOf(url: string, server: ApiServer): Endpoint {
  const found = serviceIn(url);
  if (found === null) return addressEndpoint(url);
  const { where, to } = serviceEndpoint(server, found.service);
  return { where, to: (path) => to(`${found.path}${path}`) };
}
