import { expect } from 'chai';
import { z } from 'zod';
import { readStack } from './template/shrink-wrap.ts';

const sized = z.looseObject({
  limits: z.object({ cpu: z.string(), memory: z.string() }),
  requests: z.object({ cpu: z.string(), memory: z.string() }),
  labels: z.record(z.string(), z.string()).default({}),
  annotations: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
});
const stack = await readStack();
const functions = Object.fromEntries(
  Object.entries(stack.functions).map(([name, f]) => [name, sized.parse(f)]),
);
const suite = ['collect-metrics', 'predict-resources', 'apply-resources'] as const;

describe('stack.yml', () => {
  it('deploys the suite and the workload', () => {
    expect(Object.keys(functions)).to.have.members([...suite, 'qrcode']);
  });

  it('labels the suite, and only the suite, so that it is never sized', () => {
    const labelled = Object.entries(functions).filter(
      ([, { labels }]) => labels['app.kubernetes.io/part-of'] === 'foresize',
    );
    expect(labelled.map(([name]) => name)).to.have.members([...suite]);
  });

  it('gives each function the secrets it needs and no more', () => {
    expect(functions['collect-metrics']?.secrets).to.have.members(['foresize-key', 'foresize-reader']);
    expect(functions['predict-resources']?.secrets).to.have.members(['foresize-key']);
    expect(functions['apply-resources']?.secrets).to.have.members(['foresize-key', 'foresize-writer']);
    expect(functions.qrcode?.secrets).to.deep.equal([]);
  });

  it('tells the suite the period that the schedule has', () => {
    const { annotations } = functions['collect-metrics'] ?? { annotations: {} };
    expect(annotations).to.deep.equal({ topic: 'cron-function', schedule: '@every ${CYCLE_PERIOD:-15s}' });
    for (const name of suite) {
      expect(functions[name]?.environment).to.include({ CYCLE_PERIOD: '${CYCLE_PERIOD:-15s}' });
    }
  });

  it('starts the workload short of CPU, Burstable, and under the demonstration’s settings', () => {
    expect(functions.qrcode).to.deep.include({
      limits: { cpu: '100m', memory: '256Mi' },
      requests: { cpu: '50m', memory: '128Mi' },
      annotations: {
        'foresize/mode': 'apply',
        'foresize/evidence': '90s',
        'foresize/gate': 'off',
        'foresize/cooldown': '60s',
        'foresize/cpu-limit': 'keep',
      },
    });
  });
});
