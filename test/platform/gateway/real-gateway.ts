import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import type { DeployedFunction } from '#platform/gateway/deployed-function.ts';
import { parseRequirements } from '#platform/kubernetes/resources.ts';

const bodySchema = z.object({
  service: z.string(),
  image: z.string(),
  namespace: z.string().optional(),
  envProcess: z.string().optional(),
  envVars: z.record(z.string(), z.string()).optional(),
  constraints: z.array(z.string()).optional(),
  secrets: z.array(z.string()).optional(),
  labels: z.record(z.string(), z.string()),
  annotations: z.record(z.string(), z.string()),
  limits: z.object({ cpu: z.string().optional(), memory: z.string().optional() }).optional(),
  requests: z.object({ cpu: z.string().optional(), memory: z.string().optional() }).optional(),
  readOnlyRootFilesystem: z.literal(true).optional(),
});

const quantitiesSchema = z.record(z.string(), z.string());

/** What goes wrong: 'update' fails without a word, 'answer' gets lost on the way back. */
export type Trouble = 'update' | 'answer' | null;

/** A gateway with faas-netes behind it, as they are seen to behave, and the Deployments that it makes. */
export interface RealGateway {
  readonly url: string;
  readonly deployments: Map<string, DeployedFunction>;
  /** Request lines, in order. */
  readonly seen: string[];
  trouble: Trouble;
  close(): void;
}

export async function startRealGateway(authorization: string): Promise<RealGateway> {
  const server = createServer((request, response) => {
    void answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const gateway: RealGateway = {
    url: `http://127.0.0.1:${portOf(server)}`,
    deployments: new Map(),
    seen: [],
    trouble: null,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk as Uint8Array));
    const line = `${request.method ?? ''} ${request.url ?? ''}`;
    gateway.seen.push(line);
    if (request.headers.authorization !== authorization) {
      end(response, 401, 'invalid credentials');
      return;
    }
    // Prometheus is unreachable: the list of functions panics.
    if (line === 'GET /system/functions') {
      response.destroy();
      return;
    }
    const one = /^GET \/system\/function\/([a-z]+)/.exec(line)?.[1];
    if (one !== undefined) {
      tell(response, one, gateway.deployments.get(one));
      return;
    }
    if (line !== 'PUT /system/functions') {
      end(response, 404, '');
      return;
    }
    put(gateway, response, bodySchema.parse(JSON.parse(Buffer.concat(chunks).toString())));
  }

  return gateway;
}

function put(gateway: RealGateway, response: ServerResponse, body: z.infer<typeof bodySchema>): void {
  const before = gateway.deployments.get(body.service);
  if (before === undefined) {
    end(response, 404, `unable update Deployment: ${body.service}`);
    return;
  }
  if (gateway.trouble === 'update') {
    end(response, 200, '');
    return;
  }
  gateway.deployments.set(body.service, updated(body, before));
  if (gateway.trouble === 'answer') {
    response.destroy();
    return;
  }
  end(response, 202, '');
}

/** faas-netes, pkg/handlers/update.go: in place of most fields come those of the body, whatever was there. */
export function updated(body: z.infer<typeof bodySchema>, before: DeployedFunction): DeployedFunction {
  const least = Number(body.labels['com.openfaas.scale.min'] ?? 0);
  return {
    image: body.image,
    imagePullPolicy: 'Always',
    environment: body.envVars ?? {},
    process: body.envProcess ?? null,
    secrets: body.secrets ?? [],
    readOnlyRootFilesystem: body.readOnlyRootFilesystem ?? false,
    nodeSelector: {},
    annotations: { 'prometheus.io.scrape': 'false', ...body.annotations },
    labels: { faas_function: body.service, uid: `${Number(before.labels.uid ?? 0) + 1}`, ...body.labels },
    replicas: least > 0 ? least : before.replicas,
    resources: parseRequirements({ limits: quantities(body.limits), requests: quantities(body.requests) }),
  };
}

function quantities(values: object | undefined): Record<string, string> {
  return quantitiesSchema.parse(values ?? {});
}

/** Without envVars, constraints and readOnlyRootFilesystem. */
function tell(response: ServerResponse, name: string, found: DeployedFunction | undefined): void {
  if (found === undefined) {
    end(response, 404, '');
    return;
  }
  const { image, process, secrets, labels, annotations, replicas } = found;
  end(
    response,
    200,
    JSON.stringify({ name, image, envProcess: process, secrets, labels, annotations, replicas }),
  );
}

function end(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status).end(text);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
