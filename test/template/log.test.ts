import { expect } from 'chai';
import { createLog } from '#template/log.ts';

/** What a log writes for one event, parsed. */
function written(fields: Record<string, unknown>): Record<string, unknown> {
  const lines: string[] = [];
  createLog((line) => lines.push(line), { callId: 'c1' }).warn(fields, 'it happened');
  expect(lines).to.have.length(1);
  expect(lines[0]).to.match(/^[^\n]*\n$/);
  return JSON.parse(lines[0] ?? '') as Record<string, unknown>;
}

describe('the template’s log', () => {
  it('writes one JSON line an event, with level, time, what the log was made with, and the message', () => {
    const event = written({ text: 'two\nlines' });
    expect(event).to.include({ level: 'warn', callId: 'c1', text: 'two\nlines', msg: 'it happened' });
    expect(event.time).to.be.a('number');
  });

  it('writes errors with their type, code, stack and cause', () => {
    const err = Object.assign(new TypeError('bad', { cause: new Error('worse') }), { code: 'E_BAD' });
    const event = written({ err });
    expect(event).to.have.nested.include({
      'err.type': 'TypeError',
      'err.message': 'bad',
      'err.code': 'E_BAD',
      'err.cause.message': 'worse',
    });
    expect(event).to.have.nested.property('err.stack').that.includes('log.test');
  });

  it('survives what JSON can not hold', () => {
    const cycle: Record<string, unknown> = { big: 10n };
    cycle.self = cycle;
    const looped = new Error('loop');
    looped.cause = looped;
    const event = written({ cycle, looped, shared: [cycle, cycle] });
    expect(event).to.have.nested.include({ 'cycle.big': '10', 'cycle.self': '[circular]' });
    expect(event).to.have.nested.include({ 'shared[1].big': '10', 'looped.message': 'loop' });
  });
});
