/** Secrets by namespace; a secret is one file (OpenFaaS) or several (a Kubernetes Secret with keys, such as a token). */
export interface SecretStore {
  list(namespace: string): readonly string[];
  has(namespace: string, name: string): boolean;
  /** File name → bytes; for an OpenFaaS secret one file of the secret's own name. */
  files(namespace: string, name: string): ReadonlyMap<string, Uint8Array> | undefined;
  create(namespace: string, name: string, files: ReadonlyMap<string, Uint8Array>): void;
  update(namespace: string, name: string, files: ReadonlyMap<string, Uint8Array>): void;
  remove(namespace: string, name: string): void;
}
