import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ForesizeError } from '#core/errors/error.ts';
import { writePrivateFile } from './private-file.ts';
import type { SecretStore } from './store.ts';

/** A Kubernetes DNS subdomain: what a Secret may be called. */
const DNS_SUBDOMAIN = /^(?=.{1,253}$)[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/** A key of a Kubernetes Secret. */
const FILE_NAME = /^(?!\.{1,2}$)[-._a-zA-Z0-9]{1,253}$/;

/** Kubernetes's own limit of a Secret. */
const MAX_SECRET_BYTES = 2 ** 20;

function requireValid(name: string, files: ReadonlyMap<string, Uint8Array>): void {
  const problem = problemOf(files);
  if (problem !== undefined) throw new ForesizeError('secret-invalid', `secret ${name}: ${problem}`);
}

function problemOf(files: ReadonlyMap<string, Uint8Array>): string | undefined {
  if (files.size === 0) return 'it has no value';
  const wrong = [...files.keys()].find((file) => !FILE_NAME.test(file));
  if (wrong !== undefined) return `${JSON.stringify(wrong)} cannot be a file name`;
  const bytes = [...files.values()].reduce((sum, value) => sum + value.byteLength, 0);
  return bytes > MAX_SECRET_BYTES ? `${bytes} bytes are over the limit of ${MAX_SECRET_BYTES}` : undefined;
}

function requireName(kind: string, name: string): void {
  if (!DNS_SUBDOMAIN.test(name)) {
    throw new ForesizeError(
      'secret-invalid',
      `${kind} ${JSON.stringify(name)} is not a DNS subdomain: lower-case letters, digits, - and ., at most 253`,
    );
  }
}

function makePrivate(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  chmodSync(directory, 0o700);
}

/** Where a secret is written, and where the one it replaces waits; no secret can be called so. */
const NEW = '.new';
const OLD = '.old';

/** Files into a fresh directory, which then takes the place of the old one: a reader sees the one or the other. */
function replaceSecret(directory: string, name: string, files: ReadonlyMap<string, Uint8Array>): void {
  const [secret, fresh, old] = [
    join(directory, name),
    join(directory, NEW, name),
    join(directory, OLD, name),
  ];
  try {
    makePrivate(fresh);
    for (const [file, bytes] of files) writePrivateFile(join(fresh, file), bytes);
    if (existsSync(secret)) {
      makePrivate(join(directory, OLD));
      renameSync(secret, old);
    }
    renameSync(fresh, secret);
  } finally {
    finishReplacement(directory);
  }
}

/** Clears up after a replacement, also one in which the process ended: without a new secret the old one comes back. */
function finishReplacement(directory: string): void {
  for (const name of listDirectory(join(directory, OLD))) {
    if (!existsSync(join(directory, name))) renameSync(join(directory, OLD, name), join(directory, name));
  }
  for (const scratch of [NEW, OLD]) rmSync(join(directory, scratch), { recursive: true, force: true });
}

function listDirectory(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory) : [];
}

/**
 * Secrets under `root` as `<namespace>/<secret>/<file>`, directories 0700, files 0600.
 * Throws `secret-invalid`, `secret-exists`, `secret-not-found`.
 */
export function createSecretStore(root: string): SecretStore {
  makePrivate(root);
  for (const namespace of readdirSync(root)) finishReplacement(join(root, namespace));
  const pathOf = (namespace: string, name: string): string => {
    requireName('namespace', namespace);
    requireName('secret', name);
    return join(root, namespace, name);
  };
  const requireThere = (namespace: string, name: string): string => {
    const path = pathOf(namespace, name);
    if (existsSync(path)) return path;
    throw new ForesizeError('secret-not-found', `secret ${name} does not exist in namespace ${namespace}`);
  };
  const has = (namespace: string, name: string): boolean =>
    DNS_SUBDOMAIN.test(namespace) && DNS_SUBDOMAIN.test(name) && existsSync(join(root, namespace, name));

  return {
    list(namespace) {
      requireName('namespace', namespace);
      return listDirectory(join(root, namespace))
        .filter((name) => DNS_SUBDOMAIN.test(name))
        .sort();
    },
    has,
    files(namespace, name) {
      if (!has(namespace, name)) return undefined;
      const directory = join(root, namespace, name);
      return new Map(readdirSync(directory).map((file) => [file, readFileSync(join(directory, file))]));
    },
    create(namespace, name, files) {
      const path = pathOf(namespace, name);
      requireValid(name, files);
      if (existsSync(path)) {
        throw new ForesizeError('secret-exists', `secret ${name} already exists in namespace ${namespace}`);
      }
      makePrivate(join(root, namespace));
      replaceSecret(join(root, namespace), name, files);
    },
    update(namespace, name, files) {
      requireThere(namespace, name);
      requireValid(name, files);
      replaceSecret(join(root, namespace), name, files);
    },
    remove(namespace, name) {
      rmSync(requireThere(namespace, name), { recursive: true });
    },
  };
}
