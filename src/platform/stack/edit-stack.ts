import { isDeepStrictEqual } from 'node:util';
import {
  LineCounter,
  isAlias,
  isMap,
  isScalar,
  parseDocument,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';
import * as z from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { insertLines, type Line } from './insert-lines.ts';
import { loadYaml } from './load-yaml.ts';
import { applySplices, type Splice } from './splice.ts';

/** New quantities of one function, as they are to be written; what is absent stays. */
export interface StackEdit {
  readonly functionName: string;
  readonly limits: Readonly<Record<string, string>>;
  readonly requests: Readonly<Record<string, string>>;
}

type Section = 'limits' | 'requests';

const looseSchema = z.looseObject({ functions: z.record(z.string(), z.looseObject({})) });
const sectionSchema = z.record(z.string(), z.string().nullable()).nullish();

/**
 * `text` with the edit's quantities written in and every other byte as it was: scalars are replaced within their quotes,
 * missing keys get lines at the end of their parent, and what is reached through an alias or a merge key gets a block of
 * its own. Throws `stack-edit-refused`, naming function and field, where that is not possible without changing anything
 * else, and `stack-invalid` for a text that is no YAML.
 */
export function editStack(text: string, edit: StackEdit, path: string): string {
  const before = readLoose(text, path);
  const map = findFunction(text, edit.functionName, path);
  const own = before.functions[edit.functionName] ?? {};
  const splices = (['limits', 'requests'] as const).flatMap((section) => {
    const changes = Object.entries(edit[section]);
    if (changes.length === 0) return [];
    const inherited = sectionSchema.safeParse(own[section]).data ?? {};
    return editSection({ text, map, section, changes, inherited, name: edit.functionName });
  });
  const after = applySplices(text, splices);
  assertNothingElse(before, edit, after, path);
  return after;
}

interface SectionEdit {
  readonly text: string;
  readonly map: YAMLMap;
  readonly section: Section;
  readonly changes: readonly [key: string, value: string][];
  /** The section's values before, whatever they come from. */
  readonly inherited: Readonly<Record<string, string | null>>;
  readonly name: string;
}

function refuse(name: string, field: string, why: string): ForesizeError {
  return new ForesizeError('stack-edit-refused', `function ${name}: ${field} is not changed: ${why}`);
}

function readLoose(text: string, path: string): z.output<typeof looseSchema> {
  const parsed = looseSchema.safeParse(loadForEdit(text, path));
  if (parsed.success) return parsed.data;
  throw new ForesizeError('stack-invalid', `${path}: no functions are described in it`);
}

/** A variable in a flow mapping (`{ memory: ${MEM} }`) is no YAML until it is substituted. */
function loadForEdit(text: string, path: string): unknown {
  try {
    return loadYaml(text, path);
  } catch (error) {
    const line = text.split('\n').findIndex((candidate) => /[{[,].*\$\{/.test(candidate)) + 1;
    if (line === 0 || !(error instanceof ForesizeError)) throw error;
    const why = `the variable in line ${line} makes it unreadable before substitution`;
    throw new ForesizeError('stack-edit-refused', `${path} is not changed: ${why} (${error.message})`, {
      cause: error,
    });
  }
}

function findFunction(text: string, name: string, path: string): YAMLMap {
  const lines = new LineCounter();
  const document = parseDocument(text, { merge: true, lineCounter: lines });
  const [error] = document.errors;
  if (error) throw new ForesizeError('stack-invalid', `${path}: ${error.message}`);
  const functions = document.get('functions', true);
  const node = isMap(functions) ? pairOf(functions, name)?.value : undefined;
  if (isMap(node)) return node;
  const why = isAlias(node) ? `it is the alias *${node.source}` : 'it has no mapping of its own there';
  throw new ForesizeError('stack-edit-refused', `function ${name} in ${path} is not changed: ${why}`);
}

function pairOf(map: YAMLMap, name: string): Pair | undefined {
  return map.items.find(({ key }) => isScalar(key) && key.value === name);
}

function editSection(edit: SectionEdit): readonly Splice[] {
  const { map, section, text, name } = edit;
  const pair = pairOf(map, section);
  if (!pair) return [addSection(edit)];
  const node = pair.value;
  if (isMap(node)) return editMap(edit, node);
  const span = spanOf(node);
  if (isAlias(node) && span) return [{ ...span, text: flowMap(edit) }];
  const end = spanOf(pair.key)?.end;
  if (
    isScalar(node) &&
    node.value === null &&
    end !== undefined &&
    node.anchor === undefined &&
    span?.start === span?.end
  ) {
    const colon = text.indexOf(':', end) + 1;
    return [{ start: colon, end: colon, text: ` ${flowMap(edit)}` }];
  }
  throw refuse(name, section, 'it is not a mapping');
}

/** A block of its own: what was inherited, with the changes. */
function addSection(edit: SectionEdit): Splice {
  const { text, map, section, name } = edit;
  const lines: Line[] = [{ level: 0, text: `${section}:` }];
  for (const [key, value] of wholeSection(edit)) lines.push({ level: 1, text: `${key}: ${value}` });
  const splice =
    map.flow === true ? insertFlow(map, `${section}: ${flowMap(edit)}`) : insertLines(text, map, lines);
  if (!splice) throw refuse(name, section, 'there is no line to put it on; write the function as a block');
  return splice;
}

function wholeSection({ inherited, changes, name, section }: SectionEdit): [string, string][] {
  const values = new Map<string, string>();
  for (const [key, value] of Object.entries(inherited)) if (value !== null) values.set(key, value);
  for (const [key, value] of changes) values.set(key, value);
  for (const [key, value] of values) {
    if (!/^[\w./-]+$/.test(value))
      throw refuse(name, `${section}.${key}`, `${value} is not a plain quantity`);
  }
  return [...values];
}

function flowMap(edit: SectionEdit): string {
  return `{ ${wholeSection(edit)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;
}

function editMap(edit: SectionEdit, map: YAMLMap): readonly Splice[] {
  const { text, changes, name, section } = edit;
  const splices: Splice[] = [];
  const missing: Line[] = [];
  for (const [key, value] of changes) {
    const pair = pairOf(map, key);
    if (pair) splices.push(replaceValue(text, pair, value, name, `${section}.${key}`));
    else missing.push({ level: 0, text: `${key}: ${value}` });
  }
  if (missing.length === 0) return splices;
  const joined = missing.map((line) => line.text).join(', ');
  const added = map.flow === true ? insertFlow(map, joined) : insertLines(text, map, missing);
  if (!added) throw refuse(name, section, 'there is no line to put a new key on; write it as a block');
  return [...splices, added];
}

function insertFlow(map: YAMLMap, written: string): Splice | null {
  const last = map.items.at(-1);
  if (last === undefined) {
    const start = (map.range?.[0] ?? 0) + 1;
    return map.range ? { start, end: start, text: ` ${written} ` } : null;
  }
  const span = spanOf(last.value) ?? spanOf(last.key);
  return span ? { start: span.end, end: span.end, text: `, ${written}` } : null;
}

function replaceValue(text: string, pair: Pair, value: string, name: string, field: string): Splice {
  const node = pair.value;
  const span = spanOf(node);
  if (!span) throw refuse(name, field, 'it has no place in the text');
  if (isAlias(node)) return { ...span, text: value };
  if (!isScalar(node)) throw refuse(name, field, 'it is not a quantity');
  const source = text.slice(span.start, span.end);
  if (source.includes('$')) throw refuse(name, field, `it comes from the variable ${source.trim()}`);
  if (span.start === span.end) return { ...span, text: ` ${value}` };
  return { ...span, text: quoteLike(node, source, value, name, field) };
}

function quoteLike(node: Scalar, source: string, value: string, name: string, field: string): string {
  if (node.type === 'PLAIN') return value;
  if (node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE')
    return source.charAt(0) + value + source.charAt(0);
  throw refuse(name, field, 'it is a block of text');
}

function spanOf(node: unknown): { start: number; end: number } | null {
  if (!isScalar(node) && !isAlias(node) && !isMap(node)) return null;
  return node.range ? { start: node.range[0], end: node.range[1] } : null;
}

/** The other parser reads the result: the edit's values are there, and all else is as it was. */
function assertNothingElse(
  before: z.output<typeof looseSchema>,
  edit: StackEdit,
  after: string,
  path: string,
): void {
  const expected = structuredClone(before);
  const target = expected.functions[edit.functionName] ?? {};
  for (const section of ['limits', 'requests'] as const) {
    if (Object.keys(edit[section]).length === 0) continue;
    target[section] = { ...sectionSchema.parse(target[section]), ...edit[section] };
  }
  if (!isDeepStrictEqual(expected, readLoose(after, path))) {
    const why = 'its block is shared through an anchor, or the change would alter something else';
    throw refuse(edit.functionName, 'it', why);
  }
}
