import { ForesizeError } from '#core/errors/error.ts';
import { httpRequest } from '#platform/http/request.ts';
import type { ApiContext } from '../context.ts';
import { type LocalService, toServiceObject } from '../objects/service.ts';
import { ok, type Reply, type Resource, type ResourceRequest } from '../resource.ts';
import { notFound, serviceUnavailable } from '../status.ts';
import { replyWithList } from './listing.ts';

const SERVICES = { group: '', version: 'v1', kind: 'Service', namespaced: true } as const;
const ABOUT = { group: '', resource: 'services' };

/** `services` to list, and `services/proxy` to ask one over the API server: what the platform itself serves. */
export function serviceResources(context: ApiContext): Resource[] {
  return [
    {
      ...SERVICES,
      name: 'services',
      singular: 'service',
      shortNames: ['svc'],
      verbs: {
        get: ({ path }) => ok(toObject(context, find(context, path.namespace, path.name))),
        list: (request) => listServices(context, request),
      },
    },
    {
      ...SERVICES,
      kind: 'ServiceProxyOptions',
      name: 'services/proxy',
      verbs: { get: (request) => proxyService(context, request) },
    },
  ];
}

const toObject = ({ startedAtMs, versions }: ApiContext, service: LocalService) =>
  toServiceObject(service, startedAtMs, versions.of('service'));

function find({ services }: ApiContext, namespace: string, name: string): LocalService {
  const found = services.find((one) => one.namespace === namespace && one.name === name);
  if (!found) throw notFound(ABOUT, name);
  return found;
}

function listServices(context: ApiContext, request: ResourceRequest): Reply {
  const { namespace } = request.path;
  const objects = context.services
    .filter((one) => namespace === '' || one.namespace === namespace)
    .map((one) => toObject(context, one));
  return replyWithList(SERVICES, request, objects, context.versions.current);
}

/** As `[SCHEME:]NAME[:PORT]`, the port by number or name; a service with one port needs none. */
async function proxyService(context: ApiContext, { path, query, signal }: ResourceRequest): Promise<Reply> {
  const parts = path.name.split(':');
  const [name = '', wanted = ''] = parts.length === 3 ? parts.slice(1) : parts;
  const { ports } = find(context, path.namespace, name);
  const port = wanted === '' && ports.length === 1 ? ports[0] : ports.find((one) => isPort(one, wanted));
  if (!port)
    throw serviceUnavailable(`no service port ${JSON.stringify(wanted)} found for service "${name}"`);
  const rest = path.rest.split('/').map(encodeURIComponent).join('/');
  const search = query.size === 0 ? '' : `?${query.toString()}`;
  try {
    const url = `${port.origin}/${rest}${search}`;
    const { status, headers, body } = await httpRequest({ url, signal });
    const contentType = headers['content-type'] ?? 'application/octet-stream';
    return { status, contentType, text: body.toString('utf8') };
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    throw serviceUnavailable(`error trying to reach service: ${error.message}`);
  }
}

const isPort = ({ name, port }: LocalService['ports'][number], wanted: string): boolean =>
  wanted === name || wanted === String(port);
