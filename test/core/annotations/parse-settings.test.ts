import { expect } from 'chai';
import { annotationTable } from '#core/annotations/annotation-table.ts';
import { parseSettings } from '#core/annotations/parse-settings.ts';
import { ForesizeError } from '#core/errors/error.ts';

function refusal(annotations: Record<string, string>): ForesizeError {
  try {
    parseSettings(annotations);
  } catch (error) {
    if (error instanceof ForesizeError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('annotations', () => {
  it('default to advice on eight days of evidence, with the CPU limit kept', () => {
    expect(parseSettings({ schedule: '@every 15s', topic: 'cron-function' })).to.deep.equal({
      mode: 'recommend',
      cpuLimit: 'keep',
      latencyBudgetSeconds: null,
      cpuMinCores: null,
      cpuMaxCores: null,
      memoryMinBytes: null,
      memoryMaxBytes: null,
      evidenceMs: 8 * 86_400_000,
      cooldownMs: 3_600_000,
      memoryShrink: 'deploy',
      gate: 'on',
      replicas: 'recommend',
      forecaster: 'auto',
    });
  });

  it('are read into cores, bytes, milliseconds and seconds', () => {
    const settings = parseSettings({
      'foresize/mode': 'apply',
      'foresize/cpu-limit': 'latency',
      'foresize/latency-budget': '300ms',
      'foresize/cpu-min': '20m',
      'foresize/cpu-max': '1.5',
      'foresize/memory-min': '40Mi',
      'foresize/memory-max': '1Gi',
      'foresize/evidence': '90s',
      'foresize/cooldown': '1m30s',
      'foresize/memory-shrink': 'in-place',
      'foresize/gate': 'off',
      'foresize/replicas': 'scale',
      'foresize/forecaster': 'histogram',
    });
    expect(settings).to.deep.equal({
      mode: 'apply',
      cpuLimit: 'latency',
      latencyBudgetSeconds: 0.3,
      cpuMinCores: 0.02,
      cpuMaxCores: 1.5,
      memoryMinBytes: 40 * 2 ** 20,
      memoryMaxBytes: 2 ** 30,
      evidenceMs: 90_000,
      cooldownMs: 90_000,
      memoryShrink: 'in-place',
      gate: 'off',
      replicas: 'scale',
      forecaster: 'histogram',
    });
  });

  const refused: readonly [string, Record<string, string>, readonly string[]][] = [
    ['a mode that is none', { 'foresize/mode': 'on' }, ['foresize/mode', '"on"', 'off, recommend, apply']],
    ['a mistyped name, with the one meant', { 'foresize/mod': 'off' }, ['did you mean foresize/mode?']],
    [
      'a name far from all, with those known',
      { 'foresize/schedule': '@hourly' },
      ['known are foresize/mode'],
    ],
    [
      'a quantity that is none',
      { 'foresize/memory-max': '40MiB' },
      ['foresize/memory-max', '"40MiB"', '40Mi'],
    ],
    ['a fraction of a millicore', { 'foresize/cpu-min': '0.5m' }, ['whole millicores']],
    ['a negative quantity', { 'foresize/cpu-max': '-1' }, ['foresize/cpu-max', '"-1"']],
    ['a duration that is none', { 'foresize/cooldown': '1 hour' }, ['foresize/cooldown', '"1 hour"', '60m']],
    ['evidence longer than is remembered', { 'foresize/evidence': '9d' }, ['at most 8d']],
    ['evidence of nothing', { 'foresize/evidence': '0s' }, ['foresize/evidence', '"0s"']],
    [
      'a minimum above its maximum',
      { 'foresize/cpu-min': '2', 'foresize/cpu-max': '1' },
      ['foresize/cpu-min: "2"', 'at most foresize/cpu-max: "1"'],
    ],
    [
      'a memory minimum above its maximum',
      { 'foresize/memory-min': '2Gi', 'foresize/memory-max': '1Gi' },
      ['foresize/memory-min: "2Gi"'],
    ],
    ['latency without a budget', { 'foresize/cpu-limit': 'latency' }, ['needs foresize/latency-budget']],
    ['a budget without latency', { 'foresize/latency-budget': '1s' }, ['foresize/cpu-limit: latency']],
  ];
  for (const [what, annotations, parts] of refused) {
    it(`refuse ${what}`, () => {
      const error = refusal(annotations);
      expect(error.code).to.equal('annotation-invalid');
      for (const part of parts) expect(error.message).to.contain(part);
    });
  }

  it('are all named where several are wrong', () => {
    const { message } = refusal({ 'foresize/mode': 'on', 'foresize/evidence': 'long', 'foresize/x': '1' });
    expect(message).to.contain('foresize/mode').and.contain('foresize/evidence').and.contain('foresize/x');
  });

  it('have a table whose defaults are those that are used', () => {
    const table = annotationTable();
    expect(table.map(({ name }) => name)).to.include.members(['foresize/mode', 'foresize/forecaster']);
    expect(table.every(({ description }) => description.endsWith('.'))).to.equal(true);
    const written = table.flatMap((row) => (row.default === null ? [] : [[row.name, row.default] as const]));
    expect(parseSettings(Object.fromEntries(written))).to.deep.equal(parseSettings({}));
  });
});
