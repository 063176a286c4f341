/** What a function is found by among all: `namespace/name`. Of a message, a live function or a line of a log alike. */
export function keyOf({ namespace, name }: { readonly namespace: string; readonly name: string }): string {
  return `${namespace}/${name}`;
}
