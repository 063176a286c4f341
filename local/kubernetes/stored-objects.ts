import { randomUUID } from 'node:crypto';
import { sameJson, textAt, withMember, type Json, type JsonObject } from './json.ts';
import { toTime } from './quantities.ts';
import type { ResourceVersions } from './resource-versions.ts';
import { alreadyExists, conflict, MODIFIED, notFound, type GroupResource } from './status.ts';

/** An object as a client sent it, its metadata apart. */
export interface Draft {
  readonly name: string;
  readonly namespace: string;
  readonly labels: JsonObject;
  readonly annotations: JsonObject;
  /** '' where the client set no precondition. */
  readonly uid: string;
  readonly resourceVersion: string;
  /** Members beside kind, apiVersion and metadata. */
  readonly content: JsonObject;
}

/** Where objects outlive the process; both throw if they could not. */
export interface Persistence {
  save(object: JsonObject): void;
  remove(namespace: string, name: string): void;
}

export interface StoredKind extends GroupResource {
  readonly kind: string;
  readonly apiVersion: string;
}

/** Objects that clients write: created, replaced under compare-and-swap on the resourceVersion, deleted. */
export class StoredObjects {
  readonly #kind: StoredKind;
  readonly #versions: ResourceVersions;
  readonly #persistence: Persistence;
  readonly #objects = new Map<string, JsonObject>();

  constructor(
    kind: StoredKind,
    versions: ResourceVersions,
    persistence: Persistence,
    kept: readonly JsonObject[] = [],
  ) {
    this.#kind = kind;
    this.#versions = versions;
    this.#persistence = persistence;
    for (const object of kept) this.#objects.set(keyOf(object), object);
  }

  list(namespace: string): readonly JsonObject[] {
    const all = [...this.#objects.values()];
    return namespace === ''
      ? all
      : all.filter((object) => textAt(object, 'metadata', 'namespace') === namespace);
  }

  /** Throws NotFound. */
  get(namespace: string, name: string): JsonObject {
    const found = this.#objects.get(`${namespace}/${name}`);
    if (!found) throw notFound(this.#kind, name);
    return found;
  }

  /** Throws AlreadyExists. */
  create(draft: Draft, nowMs: number, dryRun: boolean): JsonObject {
    const { namespace, name } = draft;
    if (this.#objects.has(`${namespace}/${name}`)) throw alreadyExists(this.#kind, name);
    return this.#put(draft, randomUUID(), toTime(nowMs), dryRun);
  }

  /** What does not change the object writes nothing. Throws NotFound, Conflict. */
  replace(draft: Draft, dryRun: boolean): JsonObject {
    const current = this.get(draft.namespace, draft.name);
    const uid = textAt(current, 'metadata', 'uid');
    if (draft.uid !== '' && draft.uid !== uid) {
      const cause = `Precondition failed: UID in precondition: ${draft.uid}, UID in object meta: ${uid}`;
      throw conflict(this.#kind, draft.name, cause);
    }
    const version = textAt(current, 'metadata', 'resourceVersion');
    if (draft.resourceVersion !== '' && draft.resourceVersion !== version) {
      throw conflict(this.#kind, draft.name, MODIFIED);
    }
    const created = textAt(current, 'metadata', 'creationTimestamp');
    if (sameJson(this.#build(draft, uid, created, version), current)) return current;
    return this.#put(draft, uid, created, dryRun);
  }

  /** Throws NotFound. */
  remove(namespace: string, name: string, dryRun: boolean): JsonObject {
    const current = this.get(namespace, name);
    if (dryRun) return current;
    this.#persistence.remove(namespace, name);
    this.#objects.delete(`${namespace}/${name}`);
    this.#versions.next();
    return current;
  }

  /** The oldest objects beyond `keep` are forgotten. */
  trim(keep: number): void {
    for (const key of [...this.#objects.keys()].slice(0, -keep)) this.#objects.delete(key);
  }

  #put(draft: Draft, uid: string, created: string, dryRun: boolean): JsonObject {
    const object = this.#build(draft, uid, created, this.#versions.next());
    if (dryRun) return object;
    // Saved first: what a client was told is stored is stored.
    this.#persistence.save(object);
    this.#objects.set(keyOf(object), object);
    return object;
  }

  #build(draft: Draft, uid: string, created: string, resourceVersion: string): JsonObject {
    const metadata: Record<string, Json> = {
      name: draft.name,
      namespace: draft.namespace,
      uid,
      resourceVersion,
      creationTimestamp: created,
    };
    if (Object.keys(draft.labels).length > 0) metadata.labels = draft.labels;
    if (Object.keys(draft.annotations).length > 0) metadata.annotations = draft.annotations;
    const head = { kind: this.#kind.kind, apiVersion: this.#kind.apiVersion };
    return withMember({ ...head, ...draft.content }, 'metadata', metadata);
  }
}

function keyOf(object: JsonObject): string {
  return `${textAt(object, 'metadata', 'namespace')}/${textAt(object, 'metadata', 'name')}`;
}
