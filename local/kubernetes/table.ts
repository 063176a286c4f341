import { at, isList, isObject, textAt, type Json, type JsonObject } from './json.ts';
import { formatAge } from './age.ts';

interface Column {
  readonly name: string;
  readonly cell: (object: JsonObject, nowMs: number) => Json;
  readonly type?: 'integer';
  /** Shown only with `-o wide`. */
  readonly wide?: true;
}

const name: Column = { name: 'Name', cell: (object) => textAt(object, 'metadata', 'name') };
const age: Column = {
  name: 'Age',
  cell: (object, nowMs) => formatAge(textAt(object, 'metadata', 'creationTimestamp'), nowMs),
};

const POD: readonly Column[] = [
  name,
  { name: 'Ready', cell: (pod) => (isReady(pod) ? '1/1' : '0/1') },
  { name: 'Status', cell: podStatus },
  { name: 'Restarts', cell: restarts },
  age,
  { name: 'IP', cell: (pod) => textAt(pod, 'status', 'podIP'), wide: true },
  { name: 'Node', cell: (pod) => textAt(pod, 'spec', 'nodeName'), wide: true },
];

const NODE: readonly Column[] = [
  name,
  { name: 'Status', cell: () => 'Ready' },
  { name: 'Roles', cell: () => '<none>' },
  age,
  { name: 'Version', cell: (node) => textAt(node, 'status', 'nodeInfo', 'kubeletVersion') },
];

const DEPLOYMENT: readonly Column[] = [
  name,
  {
    name: 'Ready',
    cell: (object) => `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`,
  },
  { name: 'Up-to-date', type: 'integer', cell: (object) => count(object, 'status', 'updatedReplicas') },
  { name: 'Available', type: 'integer', cell: (object) => count(object, 'status', 'availableReplicas') },
  age,
];

const CONFIG_MAP: readonly Column[] = [
  name,
  {
    name: 'Data',
    type: 'integer',
    cell: (object) => size(at(object, 'data')) + size(at(object, 'binaryData')),
  },
  age,
];

const EVENT: readonly Column[] = [
  { name: 'Last Seen', cell: (event, nowMs) => formatAge(textAt(event, 'lastTimestamp'), nowMs) },
  { name: 'Type', cell: (event) => textAt(event, 'type') },
  { name: 'Reason', cell: (event) => textAt(event, 'reason') },
  {
    name: 'Object',
    cell: (event) =>
      `${textAt(event, 'involvedObject', 'kind').toLowerCase()}/${textAt(event, 'involvedObject', 'name')}`,
  },
  { name: 'Message', cell: (event) => textAt(event, 'message') },
];

const NAMESPACE: readonly Column[] = [
  name,
  { name: 'Status', cell: (object) => textAt(object, 'status', 'phase') },
  age,
];

const SERVICE: readonly Column[] = [
  name,
  { name: 'Type', cell: (object) => textAt(object, 'spec', 'type') },
  { name: 'Cluster-IP', cell: (object) => textAt(object, 'spec', 'clusterIP') },
  { name: 'External-IP', cell: () => '<none>' },
  { name: 'Port(s)', cell: (object) => ports(at(object, 'spec', 'ports')) },
  age,
];

const SECRET: readonly Column[] = [
  name,
  { name: 'Type', cell: (object) => textAt(object, 'type') },
  { name: 'Data', type: 'integer', cell: (object) => size(at(object, 'data')) },
  age,
];

const COLUMNS: ReadonlyMap<string, readonly Column[]> = new Map([
  ['Pod', POD],
  ['Node', NODE],
  ['Deployment', DEPLOYMENT],
  ['ConfigMap', CONFIG_MAP],
  ['Event', EVENT],
  ['Namespace', NAMESPACE],
  ['Secret', SECRET],
  ['Service', SERVICE],
]);

/** Whether the client would rather have a table: kubectl, to print. */
export function wantsTable(accept: string): boolean {
  const types = accept.split(',').map((type) => type.replaceAll(' ', ''));
  return types.some(
    (type) => type.startsWith('application/json') && /;as=Table;.*v=v1(?:;|$)/.test(`${type};`),
  );
}

/** An object or a list as the `Table` that kubectl prints. */
export function toTable(kind: string, object: JsonObject, nowMs: number): JsonObject {
  const columns = COLUMNS.get(kind) ?? [name, age];
  const items = at(object, 'items');
  const rows = (isList(items) ? items : [object]).filter(isObject);
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: textAt(object, 'metadata', 'resourceVersion') },
    columnDefinitions: columns.map((column) => ({
      name: column.name,
      type: column.type ?? 'string',
      format: column === name ? 'name' : '',
      description: column.name,
      priority: column.wide ? 1 : 0,
    })),
    rows: rows.map((row) => ({
      cells: columns.map((column) => column.cell(row, nowMs)),
      object: {
        kind: 'PartialObjectMetadata',
        apiVersion: 'meta.k8s.io/v1',
        metadata: at(row, 'metadata') ?? {},
      },
    })),
  };
}

function count(object: JsonObject, ...path: string[]): number {
  const found = at(object, ...path);
  return typeof found === 'number' ? found : 0;
}

function size(value: Json | undefined): number {
  return isObject(value) ? Object.keys(value).length : 0;
}

function container(pod: JsonObject): Json | undefined {
  const statuses = at(pod, 'status', 'containerStatuses');
  return isList(statuses) ? statuses[0] : undefined;
}

/** `8080/TCP,8082/TCP` */
function ports(found: Json | undefined): string {
  const each = isList(found) ? found : [];
  return each.map((port) => `${JSON.stringify(at(port, 'port'))}/${textAt(port, 'protocol')}`).join(',');
}

function isReady(pod: JsonObject): boolean {
  return at(container(pod), 'ready') === true;
}

function podStatus(pod: JsonObject): string {
  return textAt(container(pod), 'state', 'waiting', 'reason') || textAt(pod, 'status', 'phase');
}

/** `2 (30s ago)`, as kubectl prints it. */
function restarts(pod: JsonObject, nowMs: number): string {
  const times = at(container(pod), 'restartCount');
  const last = textAt(container(pod), 'lastState', 'terminated', 'finishedAt');
  const ago = last === '' ? '' : ` (${formatAge(last, nowMs)} ago)`;
  return typeof times === 'number' && times > 0 ? `${times}${ago}` : '0';
}
