import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { createDocument } from 'zod-openapi';
import { annotationTable } from '#core/annotations/annotation-table.ts';
import { decisionReportSchema } from '#core/messages/decision.ts';
import { forecastMessageSchema, functionForecastSchema } from '#core/messages/forecast.ts';
import { usageMessageSchema } from '#core/messages/usage.ts';

/** Writes docs/openapi.json from the message schemas; with `--check` only says whether it is up to date. */
const TARGET = new URL('../docs/openapi.json', import.meta.url);

const signature = {
  'x-foresize-signature': {
    description: 'HMAC of the envelope and the body, made with the secret foresize-key',
    schema: { type: 'string' as const },
  },
};
const json = <T>(schema: T) => ({ 'application/json': { schema } });
const error = (description: string) => ({
  description,
  content: json({ type: 'object' as const, properties: { error: { type: 'string' as const } } }),
});

const query = (name: string, description: string) => ({
  name,
  in: 'query' as const,
  description,
  schema: { type: 'string' as const },
});
const { values: forecasters } = annotationTable().find(({ name }) => name === 'foresize/forecaster') ?? {
  values: '',
};

const document = createDocument({
  openapi: '3.1.0',
  info: {
    title: 'Foresize',
    version: '1',
    description:
      'Messages of the chain. CPU is in cores, memory in bytes, time in Unix ms; a gap in a series is null.',
  },
  paths: {
    '/function/predict-resources': {
      post: {
        summary: 'Forecast usage: a whole message, or the history of one function as JSON rows or CSV',
        parameters: [
          query('forecaster', `For CSV and rows: ${forecasters}`),
          query('horizon', 'For CSV and rows: how far ahead the peak is asked for, such as 5m; 1s to 1d'),
        ],
        requestBody: {
          content: {
            ...json(usageMessageSchema.meta({ id: 'UsageMessage' })),
            'text/csv': {
              schema: {
                type: 'string',
                description: 'Time,mem_usage,cpu_usage[,invocations]; Time in Unix ms',
              },
            },
          },
        },
        responses: {
          '200': {
            description: 'The forecast of a message (signed if the request was), or of the one function',
            headers: signature,
            content: json(
              forecastMessageSchema
                .meta({ id: 'ForecastMessage' })
                .or(functionForecastSchema.meta({ id: 'FunctionForecast' })),
            ),
          },
          '400': error('The usage or the query is not as described'),
          '401': error('The signature is wrong'),
          '409': error('The message is too old'),
        },
      },
    },
    '/function/apply-resources': {
      post: {
        summary: 'Decide about the forecasts of one shard and carry the decisions out; signed callers only',
        requestBody: { content: json(forecastMessageSchema.meta({ id: 'ForecastMessage' })) },
        responses: {
          '200': {
            description: 'What was decided',
            content: json(decisionReportSchema.meta({ id: 'DecisionReport' })),
          },
          '401': error('The signature is missing or wrong'),
          '409': error('The message is too old, or its cycle has been applied'),
          '422': error('A callback of a call that failed'),
        },
      },
    },
  },
});

const options = await resolveConfig(TARGET);
const text = await format(JSON.stringify(document), { ...options, parser: 'json' });
if (process.argv.includes('--check')) {
  if (readFileSync(TARGET, 'utf8') !== text) {
    process.stderr.write('docs/openapi.json is not what the message schemas say: run npm run openapi\n');
    process.exitCode = 1;
  }
} else {
  writeFileSync(TARGET, text);
}
