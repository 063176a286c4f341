import { Router } from 'express';
import { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { parseDeployment, requireNamespace } from './deployment-body.ts';
import { functionStatus } from './function-status.ts';
import type { GatewayMetrics } from './metrics.ts';
import type { GatewaySettings } from './options.ts';
import { queryValue } from './query.ts';
import { parseAs } from './request-body.ts';

const removal = z.object({
  functionName: z.string('is missing').min(1, 'is empty'),
  namespace: z.string().nullish(),
});

const scaling = z.object({
  serviceName: z.string().nullish(),
  replicas: z.int('is missing or not a whole number').nonnegative('is negative'),
  namespace: z.string().nullish(),
});

/** The Community Edition's bounds of a function's replicas. */
const MIN_REPLICAS = 1;
const MAX_REPLICAS = 5;

/** `/functions`, `/function/NAME` and `/scale-function/NAME`. */
export function functionRoutes(settings: GatewaySettings, metrics: GatewayMetrics): Router {
  const { workloads, namespaces } = settings;
  const router = Router();
  const requireKnown = (namespace: string, name: string): void => {
    if (workloads.deployment(namespace, name) === undefined) {
      throw new ForesizeError(
        'function-not-found',
        `function ${name} does not exist in namespace ${namespace}`,
      );
    }
  };

  router.get('/functions', (request, response) => {
    const namespace = requireNamespace(queryValue(request, 'namespace'), namespaces);
    response.json(
      workloads.deployments(namespace).map((deployment) => functionStatus(deployment, workloads, metrics)),
    );
  });

  router.post('/functions', (request, response) => {
    workloads.deploy(parseDeployment(request.body, namespaces));
    response.status(202).end();
  });

  router.put('/functions', (request, response) => {
    const spec = parseDeployment(request.body, namespaces);
    requireKnown(spec.namespace, spec.service);
    workloads.update(spec);
    response.status(202).end();
  });

  router.delete('/functions', (request, response) => {
    const { functionName, namespace } = parseAs(removal, request.body, 'removal of a function');
    const inNamespace = namespace ?? queryValue(request, 'namespace');
    const found = requireNamespace(inNamespace, namespaces);
    requireKnown(found, functionName);
    workloads.remove(found, functionName);
    response.status(202).end();
  });

  router.get('/function/:name', (request, response) => {
    const namespace = requireNamespace(queryValue(request, 'namespace'), namespaces);
    const deployment = workloads.deployment(namespace, request.params.name);
    if (deployment === undefined) response.status(404).end();
    else response.json(functionStatus(deployment, workloads, metrics));
  });

  router.post('/scale-function/:name', (request, response) => {
    const { name } = request.params;
    const { replicas, ...sent } = parseAs(scaling, request.body, `scaling of ${name}`);
    const namespace = requireNamespace(sent.namespace ?? queryValue(request, 'namespace'), namespaces);
    requireKnown(namespace, name);
    workloads.scale(namespace, name, Math.min(Math.max(replicas, MIN_REPLICAS), MAX_REPLICAS));
    response.status(202).end();
  });

  return router;
}
