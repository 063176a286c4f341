import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import type { DeployBody } from '../gateway/schemas.ts';
import { loadYaml } from './load-yaml.ts';
import type { Stack, StackFunction } from './read-stack.ts';
import { environmentFileSchema, templateSchema } from './schema.ts';

/**
 * What `faas-cli deploy` sends for each function of the stack, in its order of fields. Empty fields are left out, except
 * labels and annotations. Throws `stack-unreadable` for an environment file or template that is not there.
 */
export function deployBodies(stack: Stack): readonly DeployBody[] {
  return stack.functions.map((candidate) => deployBody(stack, candidate));
}

/** See `deployBodies`. */
export function deployBody(stack: Stack, spec: StackFunction): DeployBody {
  const envProcess = spec.fprocess || templateProcess(stack, spec);
  const envVars = { ...spec.environment, ...fileEnvironment(stack, spec) };
  const limits = filled(spec.limits);
  const requests = filled(spec.requests);
  return {
    service: spec.name,
    image: withTag(spec.image),
    ...(spec.namespace === '' ? {} : { namespace: spec.namespace }),
    ...(envProcess === '' ? {} : { envProcess }),
    ...(Object.keys(envVars).length === 0 ? {} : { envVars }),
    ...(spec.constraints.length === 0 ? {} : { constraints: spec.constraints }),
    ...(spec.secrets.length === 0 ? {} : { secrets: spec.secrets }),
    labels: spec.labels,
    annotations: spec.annotations,
    ...(limits === null ? {} : { limits }),
    ...(requests === null ? {} : { requests }),
    ...(spec.readonly_root_filesystem ? { readOnlyRootFilesystem: true } : {}),
  };
}

/** The image as it is deployed: without a tag it is `latest`. */
export function withTag(image: string): string {
  return image.slice(image.lastIndexOf('/') + 1).includes(':') ? image : `${image}:latest`;
}

function filled({ memory, cpu }: { memory: string; cpu: string }): { memory?: string; cpu?: string } | null {
  if (memory === '' && cpu === '') return null;
  return { ...(memory === '' ? {} : { memory }), ...(cpu === '' ? {} : { cpu }) };
}

/** Later files override earlier ones, and all of them `environment`. */
function fileEnvironment(stack: Stack, spec: StackFunction): Record<string, string> {
  const files = spec.environment_file.map((file) =>
    readYaml(environmentFileSchema, resolve(stack.directory, file), `function ${spec.name} environment_file`),
  );
  return Object.assign({}, ...files.map(({ environment }) => environment)) as Record<string, string>;
}

/** Without an fprocess of its own a function has its template's. */
function templateProcess(stack: Stack, { name, lang }: StackFunction): string {
  if (lang === '' || lang.toLowerCase() === 'dockerfile') return '';
  const path = join(stack.directory, 'template', lang, 'template.yml');
  return readYaml(templateSchema, path, `function ${name} lang`).fprocess;
}

function readYaml<T extends z.ZodType>(schema: T, path: string, what: string): z.output<T> {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new ForesizeError('stack-unreadable', `${what}: ${path} cannot be read`, { cause });
  }
  const parsed = schema.safeParse(text.trim() === '' ? null : loadYaml(text, path));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new ForesizeError(
    'stack-invalid',
    `${path}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`,
  );
}
