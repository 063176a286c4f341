import { Router } from 'express';
import { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { requireNamespace } from './deployment-body.ts';
import type { GatewaySettings } from './options.ts';
import { queryValue } from './query.ts';
import { parseAs } from './request-body.ts';

const reference = z.object({
  name: z.string('is missing or no text').min(1, 'is empty'),
  namespace: z.string().nullish(),
});

const body = reference.extend({
  value: z.string().nullish(),
  rawValue: z.base64('is not base64').nullish(),
});

/** rawValue carries bytes that are no text; it is used where there is no value. */
function filesOf({ name, value, rawValue }: z.infer<typeof body>): ReadonlyMap<string, Uint8Array> {
  if (value) return new Map([[name, Buffer.from(value)]]);
  if (rawValue) return new Map([[name, Buffer.from(rawValue, 'base64')]]);
  throw new ForesizeError('secret-invalid', `secret ${name}: it has neither value nor rawValue`);
}

/** `/secrets`: names are listed, values never. */
export function secretRoutes({ secrets, namespaces }: GatewaySettings): Router {
  const router = Router();

  router.get('/secrets', (request, response) => {
    const namespace = requireNamespace(queryValue(request, 'namespace'), namespaces);
    response.json(secrets.list(namespace).map((name) => ({ name, namespace })));
  });

  router.post('/secrets', (request, response) => {
    const sent = parseAs(body, request.body, 'secret');
    secrets.create(requireNamespace(sent.namespace ?? '', namespaces), sent.name, filesOf(sent));
    response.status(201).end();
  });

  router.put('/secrets', (request, response) => {
    const sent = parseAs(body, request.body, 'secret');
    secrets.update(requireNamespace(sent.namespace ?? '', namespaces), sent.name, filesOf(sent));
    response.status(202).end();
  });

  router.delete('/secrets', (request, response) => {
    const { name, namespace } = parseAs(reference, request.body, 'removal of a secret');
    const inNamespace = namespace ?? queryValue(request, 'namespace');
    secrets.remove(requireNamespace(inNamespace, namespaces), name);
    response.status(202).end();
  });

  return router;
}
