/**
 * The gateway's metrics carry a function's name as it was called, `probe` or `probe.openfaas-fn`: two series of one
 * function.
 */
export function splitFunctionName(
  calledAs: string,
  defaultNamespace: string,
): { readonly name: string; readonly namespace: string } {
  const dot = calledAs.lastIndexOf('.');
  if (dot <= 0 || dot === calledAs.length - 1) return { name: calledAs, namespace: defaultNamespace };
  return { name: calledAs.slice(0, dot), namespace: calledAs.slice(dot + 1) };
}
