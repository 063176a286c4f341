import express, { type ErrorRequestHandler, type Express } from 'express';
import { ForesizeError } from '#core/errors/error.ts';
import { basicAuth } from './basic-auth.ts';
import { functionRoutes } from './function-routes.ts';
import { infoRoutes } from './info-routes.ts';
import { logRoutes } from './log-routes.ts';
import type { GatewayMetrics } from './metrics.ts';
import { namespaceRoutes } from './namespace-routes.ts';
import type { GatewaySettings } from './options.ts';
import { secretRoutes } from './secret-routes.ts';

/** Everything of the gateway but the calls themselves: `/healthz`, open, and `/system/*`, for who has the password. */
export function createSystemApp(settings: GatewaySettings, metrics: GatewayMetrics): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/healthz', (_request, response) => {
    response.status(200).end();
  });
  app.use('/system', basicAuth(settings.credentials));
  // faas-cli sends some bodies without a content type.
  app.use('/system', express.json({ limit: '2mb', type: () => true, strict: false }));
  app.use('/system', functionRoutes(settings, metrics));
  app.use('/system', infoRoutes(settings));
  app.use('/system', logRoutes(settings));
  app.use('/system', namespaceRoutes(settings));
  app.use('/system', secretRoutes(settings));
  app.use((_request, response) => {
    response.status(404).type('text/plain').send('404 page not found\n');
  });
  app.use(answerError(settings));
  return app;
}

/** What `POST /system/functions` answers where the error's own status is meant for others. */
const STATUS: Partial<Record<ForesizeError['code'], number>> = { 'secret-missing': 400 };

function answerError({ log }: GatewaySettings): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const status = statusOf(error);
    if (status >= 500) log.error({ err: error, method: request.method, url: request.url }, 'request failed');
    if (response.headersSent) next(error);
    else response.status(status).type('text/plain').send(textOf(error, status));
  };
}

function statusOf(error: unknown): number {
  if (error instanceof ForesizeError) return STATUS[error.code] ?? error.status;
  // Express and its body parser put the status on the error.
  if (error instanceof Error && 'status' in error && typeof error.status === 'number') return error.status;
  return 500;
}

function textOf(error: unknown, status: number): string {
  if (error instanceof ForesizeError) return `${error.message}. ${error.remedy}`;
  if (error instanceof SyntaxError) return `the body is not JSON: ${error.message}`;
  if (error instanceof Error && status < 500) return error.message;
  return 'the gateway failed; its log says why';
}
