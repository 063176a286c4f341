import { at, isObject, textAt, type JsonObject } from './json.ts';
import { badRequest } from './status.ts';

type Predicate = (object: JsonObject) => boolean;

const KEY = String.raw`[A-Za-z0-9](?:[\w./-]*[A-Za-z0-9])?`;
const VALUE = String.raw`(?:[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?)?`;
const EQUALITY = new RegExp(String.raw`^(${KEY})\s*(==|=|!=)\s*(${VALUE})$`);
const SET = new RegExp(String.raw`^(${KEY})\s+(in|notin)\s*\(([^()]*)\)$`);
const EXISTENCE = new RegExp(`^(!?)\\s*(${KEY})$`);

/** Fields that objects can be selected by; the API server has such a list for each kind. */
const FIELDS: ReadonlySet<string> = new Set([
  'metadata.name',
  'metadata.namespace',
  'spec.nodeName',
  'status.phase',
  'involvedObject.kind',
  'involvedObject.name',
  'involvedObject.namespace',
  'involvedObject.uid',
  'reason',
  'type',
]);

/** A predicate of `labelSelector`: `a=b,c!=d,e in (f,g),h,!i`. Throws BadRequest. */
export function parseLabelSelector(text: string): Predicate {
  const predicates = splitTopLevel(text).map(parseLabelTerm);
  return (object) => predicates.every((predicate) => predicate(object));
}

/** A predicate of `fieldSelector`: `metadata.name=x,status.phase!=y`. Throws BadRequest. */
export function parseFieldSelector(text: string): Predicate {
  const predicates = splitTopLevel(text).map(parseFieldTerm);
  return (object) => predicates.every((predicate) => predicate(object));
}

/** Commas within parentheses separate values, not terms. */
function splitTopLevel(text: string): string[] {
  return text
    .split(/,(?![^()]*\))/)
    .map((term) => term.trim())
    .filter((term, _, all) => term !== '' || all.length > 1);
}

function labelOf(object: JsonObject, key: string): string | undefined {
  const labels = at(object, 'metadata', 'labels');
  return isObject(labels) && Object.hasOwn(labels, key) ? textAt(labels, key) : undefined;
}

function parseLabelTerm(term: string): Predicate {
  const [, key = '', operator, value] = EQUALITY.exec(term) ?? [];
  if (operator !== undefined) {
    return (object) => (labelOf(object, key) === value) === (operator !== '!=');
  }
  const [, setKey = '', membership, values = ''] = SET.exec(term) ?? [];
  if (membership !== undefined) {
    const wanted = new Set<string | undefined>(values.split(',').map((item) => item.trim()));
    return (object) => wanted.has(labelOf(object, setKey)) === (membership === 'in');
  }
  const [, not, existing = ''] = EXISTENCE.exec(term) ?? [];
  if (not === undefined) throw badRequest(`unable to parse requirement: ${JSON.stringify(term)}`);
  return (object) => (labelOf(object, existing) !== undefined) === (not === '');
}

function parseFieldTerm(term: string): Predicate {
  const [, field = '', operator, value = ''] = /^([\w.]+)\s*(==|=|!=)\s*(.*)$/.exec(term) ?? [];
  if (operator === undefined) {
    throw badRequest(`invalid selector: ${JSON.stringify(term)}; can't understand it`);
  }
  if (!FIELDS.has(field)) throw badRequest(`field label not supported: ${field}`);
  const path = field.split('.');
  return (object) => (textAt(object, ...path) === value) === (operator !== '!=');
}
