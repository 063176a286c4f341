import { expect } from 'chai';
import { readSettings } from '#template/settings.ts';

describe('the template’s settings', () => {
  it('have defaults for everything', () => {
    expect(readSettings({})).to.deep.equal({
      host: '127.0.0.1',
      port: 3000,
      maxBodySize: '100kb',
      maxBodyBytes: 102_400,
      drainDelayMs: 0,
      drainTimeoutMs: 25_000,
    });
  });

  it('take an empty variable for an unset one', () => {
    expect(readSettings({ PORT: '', MAX_BODY_SIZE: '' }).port).to.equal(3000);
  });

  for (const [size, bytes] of [
    ['0', 0],
    ['512', 512],
    ['1.5kb', 1536],
    ['2MB', 2 * 1024 ** 2],
    ['1gb', 1024 ** 3],
  ] as const) {
    it(`read MAX_BODY_SIZE=${size} as ${bytes} bytes`, () => {
      expect(readSettings({ MAX_BODY_SIZE: size }).maxBodyBytes).to.equal(bytes);
    });
  }

  for (const [time, milliseconds] of [
    ['500ms', 500],
    ['3', 3000],
    ['1.5s', 1500],
    ['2m', 120_000],
  ] as const) {
    it(`read DRAIN_DELAY=${time} as ${milliseconds} ms`, () => {
      expect(readSettings({ DRAIN_DELAY: time }).drainDelayMs).to.equal(milliseconds);
    });
  }

  for (const [name, value] of [
    ['PORT', '65536'],
    ['PORT', '30x'],
    ['MAX_BODY_SIZE', '-1'],
    ['MAX_BODY_SIZE', '10 apples'],
    ['DRAIN_DELAY', '1h'],
    ['DRAIN_TIMEOUT', 'soon'],
    ['DRAIN_TIMEOUT', '1constructor'],
  ] as const) {
    it(`refuse ${name}=${value} by name`, () => {
      expect(() => readSettings({ [name]: value })).to.throw(`${name}=${value} is not`);
    });
  }
});
