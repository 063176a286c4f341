import type { Request } from 'express';

/** The last value of a query parameter, '' where there is none: as OpenFaaS's providers read it. */
export function queryValue(request: Request, name: string): string {
  return new URL(request.originalUrl, 'http://gateway').searchParams.getAll(name).at(-1) ?? '';
}
