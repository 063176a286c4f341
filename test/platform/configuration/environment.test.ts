import { expect } from 'chai';
import { z } from 'zod';
import { ForesizeError } from '#core/errors/error.ts';
import { readEnvironment } from '#platform/configuration/environment.ts';
import { durationMs, httpUrl, labels, port } from '#platform/configuration/fields.ts';

const schema = z.object({
  PERIOD: durationMs.default(15_000),
  ADDRESS: httpUrl.default('http://gateway:8080'),
  PORT: port.default(443),
  LABELS: labels.default({}),
});

function problemOf(environment: NodeJS.ProcessEnv): string {
  try {
    readEnvironment(schema, environment);
  } catch (error) {
    if (error instanceof ForesizeError && error.code === 'configuration-invalid') return error.message;
    throw error;
  }
  return 'accepted';
}

describe('the environment', () => {
  it('is read once, typed, and frozen', () => {
    const read = readEnvironment(schema, {
      PERIOD: '1m30s',
      ADDRESS: 'https://gateway/openfaas/',
      PORT: '8443',
      LABELS: 'job=kubelet, metrics_path=/metrics/cadvisor',
      OTHER: 'ignored',
    });
    expect(read).to.deep.equal({
      PERIOD: 90_000,
      ADDRESS: 'https://gateway/openfaas',
      PORT: 8443,
      LABELS: { job: 'kubelet', metrics_path: '/metrics/cadvisor' },
    });
    expect(read).to.be.frozen;
  });

  it('takes an empty variable for one that is not set, as stack.yml leaves it', () => {
    const defaults = readEnvironment(schema, {});
    expect(readEnvironment(schema, { PERIOD: '', ADDRESS: '', PORT: '', LABELS: '' })).to.deep.equal(
      defaults,
    );
    expect(defaults).to.include({ PERIOD: 15_000, PORT: 443 });
  });

  for (const [name, value, why] of [
    ['PERIOD', 'often', /"often" is not a duration/],
    ['ADDRESS', 'gateway:8080', /must be an http:\/\/ or https:\/\/ address/],
    ['ADDRESS', 'ftp://gateway', /must be an http:\/\/ or https:\/\/ address/],
    ['PORT', '0', />=1/],
    ['PORT', '70000', /<=65535/],
    ['PORT', 'https', /number/],
    ['LABELS', 'job:kubelet', /must be labels such as/],
    ['LABELS', 'job=a,,b=c', /must be labels such as/],
  ] as const) {
    it(`names ${name} where it is ${value}, and what it should be`, () => {
      const problem = problemOf({ [name]: value });
      expect(problem)
        .to.include(`${name}=${JSON.stringify(value)}: `)
        .and.match(why);
    });
  }

  it('names every wrong variable at once', () => {
    expect(problemOf({ PERIOD: 'often', PORT: '0' })).to.match(/^PERIOD="often": .*; PORT="0": /);
  });
});
