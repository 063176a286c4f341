/** What a path under `/function/` or `/async-function/` names. */
export interface FunctionTarget {
  /** As it was called, `qrcode` or `qrcode.openfaas-fn`: the `function_name` of the metrics. */
  readonly calledAs: string;
  readonly name: string;
  readonly namespace: string;
  /** Path and query as the function sees them; begins with `/`. */
  readonly rest: string;
}

/** The gateway's route pattern, `/function/{name:[-a-zA-Z_0-9.]+}`, and whatever follows. */
const TARGET = /^\/(?:async-)?function\/([-a-zA-Z_0-9.]+)(\/[^?]*)?(\?.*)?$/s;

/** undefined where the path names no function. The namespace is what follows the last dot. */
export function parseTarget(url: string, defaultNamespace: string): FunctionTarget | undefined {
  const [, calledAs, path, query] = TARGET.exec(url) ?? [];
  if (calledAs === undefined) return undefined;
  const dot = calledAs.lastIndexOf('.');
  const name = dot < 0 ? calledAs : calledAs.slice(0, dot);
  const namespace = dot < 0 ? defaultNamespace : calledAs.slice(dot + 1);
  return { calledAs, name, namespace, rest: `${path ?? '/'}${query ?? ''}` };
}
