import { DEFAULT_SETTINGS } from '../../../training/evaluation/evaluate-data-set.ts';
import type { EvaluationReport, OverallReport } from '../../../training/evaluation/report.ts';
import type { Ablation, Card } from '../../../training/lstm/card-schema.ts';
import type { ErrorRow } from '../../../training/seed-study/table.ts';

const row = (forecaster: string, ratio: number) => ({
  forecaster,
  nextMae: ratio,
  nextRmse: ratio + 0.05,
  pinball: [ratio, ratio + 0.01, ratio + 0.02, ratio + 0.03],
  coverage: [0.52, 0.91, 0.955, 0.99],
  coverageError: [0.02, 0.012, null, 0.004],
});

const overall: OverallReport[] = [
  { metric: 'cpu', functions: 2, peaks: 460, rows: [row('lstm', 0.71), row('histogram', 1.2)] },
  { metric: 'memory', functions: 2, peaks: 460, rows: [row('recent-peak', 0.45)] },
];

export const REPORT: EvaluationReport = {
  dataSet: 'recordings',
  settings: DEFAULT_SETTINGS,
  overall,
  functions: ['qrcode', 'resize'].map((name) => ({
    metric: 'cpu',
    name,
    nexts: 240,
    peaks: 230,
    baseline: { nextMae: 0.001, nextRmse: 0.002, pinball: [0.0005, 0.0004, 0.0003, 0.0001] },
    rows: [row('lstm', name === 'qrcode' ? 0.6 : 0.84)],
  })),
};

export const ABLATION: Ablation = {
  date: '2026-06-15T12:00:00.000Z',
  seeds: [1, 2],
  epochs: 12,
  generated: 200,
  variants: [
    { name: 'recipe', ratio: 0.71 },
    { name: 'without calls', ratio: 0.86 },
  ].map(({ name, ratio }) => ({
    name,
    what: name,
    inputs: 11,
    units: 24,
    validationLoss: ratio / 10,
    judged: [
      {
        title: 'generated',
        nextMae: ratio,
        pinball: [ratio, ratio, null, null],
        coverage: [0.5, 0.9, null, null],
      },
    ],
  })),
};

const seeds = { first: 1000, count: 200, used: 190 };

export const CARD: Card = {
  model: 'lstm',
  format: 1,
  date: '2026-06-15T12:00:00.000Z',
  versions: { Foresize: '0.1.0', 'Node.js': '20.19.0' },
  backend: 'wasm',
  seed: 2,
  weights: 3000,
  recipe: {
    units: 24,
    features: ['level', 'nowcast'],
    epochs: 12,
    patience: 3,
    batch: 32,
    learningRate: 0.002,
  },
  data: {
    hours: 400,
    generated: { train: seeds, validation: { ...seeds, first: 100_000 } },
    recordings: null,
    sequences: { train: 4000, validation: 400 },
  },
  trainings: [
    { seed: 1, epochs: 12, bestEpoch: 9, validationLoss: 0.0712, cpuSeconds: 95.4 },
    { seed: 2, epochs: 12, bestEpoch: 11, validationLoss: 0.0698, cpuSeconds: null },
  ],
  evaluations: [
    {
      title: 'Generated histories',
      dataSet: 'generated',
      date: '2026-06-15T12:00:00.000Z',
      settings: DEFAULT_SETTINGS,
      overall,
    },
  ],
  spread: [],
  ablation: null,
  commands: ['npx foresize train lstm --seeds 2'],
};

const figures = (scale: number) => ({ mse: 9e-7 * scale, mae: 0.00091 * scale, rmse: 0.00095 * scale });

export const ERRORS: readonly ErrorRow[] = [
  { name: 'seed 1', errors: { cpu: figures(1), memory: figures(5e7) } },
  { name: 'persistence', errors: { cpu: figures(0.5), memory: figures(2e7) } },
];
