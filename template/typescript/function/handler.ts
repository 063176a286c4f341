import type { FunctionContext, FunctionEvent, FunctionResponse } from '../types.ts';

/** Greets whoever the body names: `{"name": "Ada"}` → `{"message": "Hello, Ada"}`. */
export default function handle(event: FunctionEvent, context: FunctionContext): FunctionResponse {
  const name = readName(event.json());
  context.log.info({ name }, 'greeting');
  return { body: { message: `Hello, ${name}` } };
}

/** A thrown error with a `status` from 400 to 499 becomes that answer. */
function readName(body: unknown): string {
  if (typeof body === 'object' && body !== null && 'name' in body && typeof body.name === 'string') {
    return body.name;
  }
  throw Object.assign(new Error('Send a JSON object with a "name"'), { status: 400, code: 'name-missing' });
}
