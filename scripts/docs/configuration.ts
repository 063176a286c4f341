import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import * as z from 'zod';
import { code, markdownTable } from './markdown-table.ts';

const ROOT = new URL('../../', import.meta.url);

const moduleSchema = z.looseObject({ configSchema: z.instanceof(z.ZodObject) });
const metaSchema = z.object({ values: z.string(), description: z.string() });
const stackSchema = z.object({ functions: z.record(z.string(), z.record(z.string(), z.unknown())) });

interface Variable {
  readonly name: string;
  readonly readBy: string[];
  readonly cells: readonly [values: string, preset: string, description: string];
}

/** Every variable that a function of the suite reads, from the schemas that read them. */
export async function variablesSection(): Promise<string> {
  const byName = new Map<string, Variable>();
  for (const [functionName, schema] of await configSchemas()) {
    for (const [name, field] of Object.entries(schema.shape)) {
      const cells = describe(name, field);
      const known = byName.get(name);
      if (known !== undefined && known.cells.join() !== cells.join()) {
        throw new Error(`${name} is described in two ways`);
      }
      byName.set(name, { name, cells, readBy: [...(known?.readBy ?? []), functionName] });
    }
  }
  const all = [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return markdownTable(
    ['variable', 'values', 'default', '', 'read by'],
    all.map(({ name, cells, readBy }) => [code(name), ...cells, readBy.join(', ')]),
  );
}

/** What stack.yml takes from the environment of whoever deploys it. */
export function stackSection(): string {
  const stack = stackSchema.parse(load(readFileSync(new URL('stack.yml', ROOT), 'utf8')));
  const places = new Map<string, { preset: string; functionsOf: Map<string, string[]> }>();
  for (const [functionName, described] of Object.entries(stack.functions)) {
    for (const { place, name, preset } of substitutions(described)) {
      const { functionsOf } = places.get(name) ?? { functionsOf: new Map<string, string[]>() };
      functionsOf.set(place, [...(functionsOf.get(place) ?? []), functionName]);
      places.set(name, { preset, functionsOf });
    }
  }
  const where = (functionsOf: ReadonlyMap<string, readonly string[]>): string =>
    [...functionsOf].map(([place, names]) => `${code(place)} of ${names.join(', ')}`).join('; ');
  return markdownTable(
    ['variable', 'default', 'fills in'],
    [...places].map(([name, { preset, functionsOf }]) => [code(name), code(preset), where(functionsOf)]),
  );
}

/** By function, those of functions/ that have a config.ts. */
async function configSchemas(): Promise<(readonly [string, z.ZodObject])[]> {
  const folder = new URL('functions/', ROOT);
  const names = readdirSync(folder).filter((name) => existsSync(new URL(`${name}/config.ts`, folder)));
  return Promise.all(
    names.map(async (name) => {
      const { configSchema } = moduleSchema.parse(await import(new URL(`${name}/config.ts`, folder).href));
      return [name, configSchema] as const;
    }),
  );
}

function describe(name: string, field: unknown): Variable['cells'] {
  const meta = metaSchema.safeParse(field instanceof z.ZodType ? field.meta() : undefined);
  if (!meta.success) throw new Error(`${name} has no meta({ values, description })`);
  return [meta.data.values, code(presetOf(field)), meta.data.description];
}

/** A default as it would be written in the environment; none where it is empty. */
function presetOf(field: unknown): string {
  if (!(field instanceof z.ZodDefault || field instanceof z.ZodPrefault)) return '';
  const preset: unknown = field.def.defaultValue;
  return typeof preset === 'string' || typeof preset === 'number' ? String(preset) : '';
}

interface Substitution {
  /** The field, or the variable of the function, that is filled in. */
  readonly place: string;
  readonly name: string;
  readonly preset: string;
}

function substitutions(value: unknown, place = ''): Substitution[] {
  if (typeof value === 'string') {
    return [...value.matchAll(/\$\{(\w+)(?::-([^}]*))?\}/g)].map(([, name = '', preset = '']) => ({
      place,
      name,
      preset,
    }));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => substitutions(inner, key));
}
