/** A URL as it may appear in messages and logs: no credentials, no query (which may hold tokens), no fragment. */
export function printableUrl(url: string): string {
  if (!URL.canParse(url)) return JSON.stringify(url);
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}
