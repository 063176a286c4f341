import { Router } from 'express';
import { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import type { Namespace } from '../namespaces/namespaces.ts';
import type { GatewaySettings } from './options.ts';
import { parseAs } from './request-body.ts';

const body = z.object({
  name: z.string('is missing or no text'),
  labels: z.record(z.string(), z.string()).nullish(),
  annotations: z.record(z.string(), z.string()).nullish(),
});

function parseNamespace(sent: unknown): Namespace {
  const { name, labels, annotations } = parseAs(body, sent, 'namespace');
  return { name, labels: labels ?? {}, annotations: annotations ?? {} };
}

const removal = z.object({ name: z.string('is missing or no text') });

/** `/namespaces` and `/namespace/…`: a namespace goes with the functions and secrets in it. */
export function namespaceRoutes({ namespaces, workloads, secrets }: GatewaySettings): Router {
  const router = Router();

  router.get('/namespaces', (_request, response) => {
    response.json(namespaces.list());
  });

  router.get('/namespace/:name', (request, response) => {
    const namespace = namespaces.get(request.params.name);
    if (namespace === undefined) {
      throw new ForesizeError('namespace-not-found', `namespace ${request.params.name} does not exist`);
    }
    response.json(namespace);
  });

  router.post('/namespace{/:name}', (request, response) => {
    namespaces.create(parseNamespace(request.body));
    response.status(201).end();
  });

  router.put('/namespace{/:name}', (request, response) => {
    namespaces.update(parseNamespace(request.body));
    response.status(202).end();
  });

  router.delete('/namespace{/:name}', (request, response) => {
    const { name } = parseAs(removal, request.body ?? request.params, 'removal of a namespace');
    namespaces.remove(name);
    for (const { spec } of workloads.deployments(name)) workloads.remove(name, spec.service);
    for (const secret of secrets.list(name)) secrets.remove(name, secret);
    response.status(202).end();
  });

  return router;
}
