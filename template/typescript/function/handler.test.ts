import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FunctionContext, FunctionEvent } from '../types.ts';
import handle from './handler.ts';

/** An event as the server makes it, with a JSON body. */
function eventOf(value: unknown): FunctionEvent {
  const body = Buffer.from(JSON.stringify(value));
  return {
    method: 'POST',
    path: '/',
    query: new URLSearchParams(),
    headers: {},
    body,
    text: () => body.toString(),
    json: () => JSON.parse(body.toString()) as unknown,
  };
}

const silent = (): void => undefined;
const context: FunctionContext = {
  callId: 'test',
  signal: new AbortController().signal,
  log: { info: silent, warn: silent, error: silent },
};

void test('greets whoever the body names', () => {
  assert.deepEqual(handle(eventOf({ name: 'Ada' }), context).body, { message: 'Hello, Ada' });
});

void test('refuses a body without a name', () => {
  assert.throws(() => handle(eventOf({}), context), { status: 400, code: 'name-missing' });
});
