/** Answer of a function, as the gateway passed it on. Header names are in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/** A POST to `path` of the gateway (`/function/…` or `/async-function/…`). */
export type PostToGateway = (
  path: string,
  body: Uint8Array,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
) => Promise<Answer>;
