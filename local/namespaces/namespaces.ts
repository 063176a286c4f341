import { ForesizeError } from '#core/errors/error.ts';

/** A namespace of functions, as `/system/namespace/NAME` gives it. */
export interface Namespace {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>> & { readonly openfaas?: string };
}

/** The namespaces functions may be deployed to. */
export interface Namespaces {
  /** Where a function goes that names no namespace; it cannot be removed. */
  readonly defaultName: string;
  list(): readonly string[];
  get(name: string): Namespace | undefined;
  /** Throws `namespace-invalid`, `namespace-exists`. */
  create(namespace: Namespace): void;
  /** Throws `namespace-invalid`, `namespace-not-found`. */
  update(namespace: Namespace): void;
  /** Throws `namespace-invalid` for the default one, `namespace-not-found`. */
  remove(name: string): void;
}

/** faas-netes accepts a namespace only with this annotation. */
const MANAGED = { openfaas: '1' };

const DNS_LABEL = /^[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?$/;

function requireValid(namespace: Namespace): void {
  if (!DNS_LABEL.test(namespace.name)) {
    throw new ForesizeError(
      'namespace-invalid',
      `namespace ${JSON.stringify(namespace.name)} is not a DNS label: lower-case letters, digits and -, at most 63`,
    );
  }
  if (namespace.annotations.openfaas !== '1') {
    throw new ForesizeError(
      'namespace-invalid',
      `namespace ${namespace.name} lacks the annotation openfaas: "1", so OpenFaaS would not manage it`,
    );
  }
}

/** Namespaces kept in memory: they live as long as the functions in them. */
export function createNamespaces(defaultName = 'openfaas-fn'): Namespaces {
  const byName = new Map<string, Namespace>([
    [defaultName, { name: defaultName, labels: {}, annotations: MANAGED }],
  ]);

  const requireKnown = (name: string): void => {
    if (!byName.has(name)) throw new ForesizeError('namespace-not-found', `namespace ${name} does not exist`);
  };

  return {
    defaultName,
    list: () => [...byName.keys()].sort(),
    get: (name) => byName.get(name),
    create(namespace) {
      requireValid(namespace);
      if (byName.has(namespace.name)) {
        throw new ForesizeError('namespace-exists', `namespace ${namespace.name} already exists`);
      }
      byName.set(namespace.name, namespace);
    },
    update(namespace) {
      requireValid(namespace);
      requireKnown(namespace.name);
      byName.set(namespace.name, namespace);
    },
    remove(name) {
      requireKnown(name);
      if (name === defaultName) {
        throw new ForesizeError('namespace-invalid', `namespace ${name} is the default one and stays`);
      }
      byName.delete(name);
    },
  };
}
