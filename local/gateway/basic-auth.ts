import { createHash, timingSafeEqual } from 'node:crypto';
import type { RequestHandler } from 'express';

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Basic authentication as the real gateway's: the same body and challenge, compared in constant time. */
export function basicAuth({ user, password }: { user: string; password: string }): RequestHandler {
  const expected = digest(`${user}:${password}`);
  return (request, response, next) => {
    const [, encoded = ''] = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
    if (timingSafeEqual(digest(Buffer.from(encoded, 'base64').toString()), expected)) {
      next();
      return;
    }
    response.setHeader('WWW-Authenticate', 'Basic realm="Restricted"');
    response.statusCode = 401;
    response.end('invalid credentials');
  };
}
