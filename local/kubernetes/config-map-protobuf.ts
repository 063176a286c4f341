import type { Json, JsonObject } from './json.ts';
import { readFields } from './protobuf.ts';
import { badRequest } from './status.ts';

export const PROTOBUF_TYPE = 'application/vnd.kubernetes.protobuf';

/** What every protobuf body of the API begins with (k8s.io/apimachinery/pkg/runtime/serializer/protobuf). */
const MAGIC = Buffer.from('k8s\0');
const RAW_OF_UNKNOWN = 2;
const TYPE_META_OF_UNKNOWN = 1;
const META = { name: 1, generateName: 2, namespace: 3, uid: 5, resourceVersion: 6 } as const;
const LABELS = 11;
const ANNOTATIONS = 12;

/**
 * A ConfigMap in the encoding in which kubectl sends the kinds it knows; field numbers are those of
 * k8s.io/api/core/v1/generated.proto. Throws BadRequest.
 */
export function decodeConfigMap(body: Uint8Array): JsonObject {
  if (!MAGIC.equals(body.subarray(0, MAGIC.length))) {
    throw badRequest('the body does not begin as a Kubernetes protobuf message');
  }
  try {
    const envelope = new Message(body.subarray(MAGIC.length));
    const type = new Message(envelope.bytes(TYPE_META_OF_UNKNOWN));
    const map = new Message(envelope.bytes(RAW_OF_UNKNOWN));
    return {
      apiVersion: type.text(1),
      kind: type.text(2),
      metadata: toMetadata(new Message(map.bytes(1))),
      data: map.entries(2, toText),
      binaryData: map.entries(3, (bytes) => Buffer.from(bytes).toString('base64')),
      ...(map.flag(4) !== undefined && { immutable: map.flag(4) === 1 }),
    };
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    throw badRequest(`the body is not a ConfigMap as protobuf: ${error.message}`);
  }
}

function toMetadata(meta: Message): JsonObject {
  return {
    ...Object.fromEntries(Object.entries(META).map(([name, number]) => [name, meta.text(number)])),
    labels: meta.entries(LABELS, toText),
    annotations: meta.entries(ANNOTATIONS, toText),
  };
}

/** Throws TypeError where the bytes are no UTF-8. */
function toText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
}

class Message {
  readonly #fields;

  constructor(bytes: Uint8Array) {
    this.#fields = [...readFields(bytes)];
  }

  /** The last value wins, as the encoding has it; nothing where the field is absent. */
  bytes(number: number): Uint8Array {
    return this.#all(number).at(-1) ?? new Uint8Array();
  }

  text(number: number): string {
    return toText(this.bytes(number));
  }

  flag(number: number): number | undefined {
    const found = this.#fields.findLast((field) => field.number === number)?.value;
    return typeof found === 'number' ? found : undefined;
  }

  /** A map field: each entry is a message of key (1) and value (2). */
  entries(number: number, toValue: (bytes: Uint8Array) => Json): JsonObject {
    const entries = this.#all(number).map((bytes) => new Message(bytes));
    return Object.fromEntries(entries.map((entry) => [entry.text(1), toValue(entry.bytes(2))]));
  }

  #all(number: number): Uint8Array[] {
    return this.#fields.flatMap((field) =>
      field.number === number && typeof field.value !== 'number' ? [field.value] : [],
    );
  }
}
