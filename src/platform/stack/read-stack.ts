import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { LineCounter, isNode, parseDocument } from 'yaml';
import type { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { loadYaml } from './load-yaml.ts';
import { stackSchema, type StackFunctionFields } from './schema.ts';
import { substitute, type Environment } from './substitute.ts';

export interface StackFunction extends StackFunctionFields {
  readonly name: string;
}

/** stack.yml with its variables filled in. */
export interface Stack {
  readonly path: string;
  /** Folder that relative paths in it start from. */
  readonly directory: string;
  /** Empty where none is named. */
  readonly gateway: string;
  readonly functions: readonly StackFunction[];
  /** `configuration.copy` */
  readonly copy: readonly string[];
}

/** Reads stack.yml. Throws `stack-unreadable`, or `stack-invalid` with function, field and line. */
export function readStack(path: string, environment: Environment): Stack {
  return parseStack(readStackText(path), path, environment);
}

/** Throws `stack-unreadable`. */
export function readStackText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new ForesizeError('stack-unreadable', `${path} cannot be read: ${reason}`, { cause });
  }
}

/** As `readStack`, of `text`; `path` is for messages and relative paths. */
export function parseStack(text: string, path: string, environment: Environment): Stack {
  const source = substituteNaming(text, path, environment);
  const parsed = stackSchema.safeParse(loadYaml(source, path));
  if (!parsed.success) throw invalid(path, source, parsed.error);
  const { provider, functions, configuration } = parsed.data;
  return {
    path,
    directory: dirname(resolve(path)),
    gateway: provider.gateway,
    functions: Object.entries(functions).map(([name, fields]) => ({ name, ...fields })),
    copy: configuration.copy,
  };
}

function substituteNaming(text: string, path: string, environment: Environment): string {
  try {
    return substitute(text, environment);
  } catch (error) {
    if (!(error instanceof ForesizeError)) throw error;
    throw new ForesizeError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

function invalid(path: string, source: string, { issues }: z.ZodError): ForesizeError {
  const told = issues.map((issue) => {
    const [head, name, ...field] = issue.path.map(String);
    const line = lineOf(source, issue.path);
    const where =
      head === 'functions' && name !== undefined
        ? ['function', name, field.join('.')].filter(Boolean).join(' ')
        : issue.path.join('.') || 'the document';
    const problem =
      issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
    return `${path}${line === null ? '' : `:${line}`}: ${where}: ${problem}`;
  });
  return new ForesizeError('stack-invalid', told.join('; '));
}

/** Line of the field, or of the nearest thing around it that is there. */
function lineOf(source: string, path: readonly PropertyKey[]): number | null {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, merge: true });
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return null;
}
