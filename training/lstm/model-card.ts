import { LEVELS } from '#forecast/levels.ts';
import { formatDurationMs } from '#core/units/duration.ts';
import { FIGURE_TITLES } from '../evaluation/text-report.ts';
import { METRIC_UNITS } from '../plots/metric-units.ts';
import type { Ablation, Card, CardEvaluation, SeedSpread } from './card-schema.ts';

/** MODEL_CARD.md: what card.json says, to be read. */
export function modelCardText(card: Card): string {
  return [
    '# lstm',
    `Forecasts of the CPU that a function will use: the next sample, the peak until the next decision, and that of 5 minutes, each as p50, p90, p95 and p99. One small network for every function; it works with and without calls. card.json holds the same figures for programs.`,
    factsTable(card),
    '## How well it forecasts',
    `Ratios are to repeating the last value (for quantiles: with what followed it in the past two hours), below 1 is better; over several functions they are geometric means. "Held" is the share of peaks at or under a quantile, ± its standard error. \`auto\` is what the product uses: on each function whichever forecaster proves best on its past, beside what is usual elsewhere. Generated functions judged here had no part in the training; "recorded" ones are those that validated it, so they decided when it ended, which flatters a little.`,
    ...card.evaluations.map(evaluationText),
    '## Seeds',
    seedsText(card),
    '## What was left out, one at a time',
    card.ablation === null ? 'Not measured for this model.' : ablationText(card.ablation),
    '## Limits of use',
    LIMITS,
    '## Make it again',
    `\`\`\`sh\n${card.commands.join('\n')}\n\`\`\``,
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const LIMITS = `- CPU only: memory is forecast without a network, which was better.
- It is for steps of about 15 s. It is trained for peaks of 5 and of 20 steps; others are laid between the two.
- Below 40 samples it is not used, and its quantiles are calibrated on the window's own past: the first half hour of a function, and a p99 at any time, rest on few peaks.
- It knows nothing of use that a limit held down: such samples are left out.
- Generated histories are not every function there is. \`auto\` falls back to what repeats the last value where it is worse than that.`;

function factsTable(card: Card): string {
  const { recipe, data, weights, versions, date, backend } = card;
  const { train, validation } = data.generated;
  const generated = `${train.used} of the generated histories ${train.first} to ${train.first + train.count - 1}, ${data.hours} h each`;
  const validated = `${validation.used} of ${validation.first} to ${validation.first + validation.count - 1}`;
  const { recordings } = data;
  return table(
    ['', ''],
    [
      [
        'network',
        `LSTM(${recipe.units}) on ${recipe.features.length} inputs, with a linear path around it: ${weights} weights`,
      ],
      ['inputs', recipe.features.map((name) => `\`${name}\``).join(' ')],
      [
        'learned from',
        `${generated}${recordings === null ? '' : `; of the recording ${recordings.name}: ${listed(recordings.trained)}`}`,
      ],
      ['validated on', `${validated}${recordings === null ? '' : `; ${listed(recordings.validated)}`}`],
      [
        'sequences',
        `${data.sequences.train} to learn from, ${data.sequences.validation} to validate on, 240 steps each`,
      ],
      [
        'training',
        `pinball loss, AdamW from ${recipe.learningRate}, ${recipe.batch} sequences a batch, at most ${recipe.epochs} epochs, ended after ${recipe.patience} without a better validation loss`,
      ],
      [
        'made',
        `${date}, ${Object.entries(versions)
          .map(([name, version]) => `${name} ${version}`)
          .join(', ')}; ${backend}`,
      ],
    ],
    'left',
  );
}

const listed = (names: readonly string[]): string => (names.length === 0 ? 'none' : names.join(', '));

function evaluationText({ title, dataSet, date, settings, overall }: CardEvaluation): string {
  const { windowSteps, horizonMs, every, hideCalls, firstRow, lastRow } = settings;
  const rows = `rows ${firstRow} to ${lastRow ?? 'the last'}${every === 1 ? '' : `, every ${every}th`}`;
  const facts = [
    `data ${dataSet}`,
    `peak of ${formatDurationMs(horizonMs)}`,
    `${windowSteps} samples seen`,
    ...(hideCalls ? ['calls hidden'] : []),
    rows,
    date.slice(0, 10),
  ];
  const tables = overall.map(({ metric, functions, peaks, rows: figures }) =>
    [
      `${METRIC_UNITS[metric].title}: ${functions === 1 ? 'one function' : `${functions} functions`}, ${peaks} peaks`,
      table(
        ['forecaster', ...FIGURE_TITLES],
        figures.map((row) => [
          `\`${row.forecaster}\``,
          ratio(row.nextMae),
          ratio(row.nextRmse),
          ...row.pinball.map(ratio),
          ...row.coverage.map((share, level) => held(share, row.coverageError[level] ?? null)),
        ]),
      ),
    ].join('\n\n'),
  );
  return [`### ${title}`, `${facts.join(', ')}.`, ...tables].join('\n\n');
}

function seedsText({ trainings, seed, spread }: Card): string {
  const seeds = table(
    ['seed', 'validation loss', 'best epoch', 'epochs', 'CPU seconds'],
    trainings.map((one) => [
      `${one.seed}${one.seed === seed ? ' (this one)' : ''}`,
      one.validationLoss.toFixed(4),
      String(one.bestEpoch),
      String(one.epochs),
      one.cpuSeconds?.toFixed(0) ?? 'unknown',
    ]),
  );
  if (spread.length === 0) return seeds;
  return [
    seeds,
    'This folder holds the one with the median validation loss. Loss ratios of the peak over the seeds, smallest / median / largest:',
    table(
      ['judged on', ...LEVELS.map(([name]) => name)],
      spread.map(({ title, pinball }) => [title, ...pinball.map(spreadCell)]),
    ),
  ].join('\n\n');
}

function spreadCell(spread: SeedSpread['pinball'][number]): string {
  return spread === null ? 'unknown' : [spread.least, spread.median, spread.most].map(ratio).join(' / ');
}

function ablationText({ seeds, epochs, generated, variants }: Ablation): string {
  const titles = variants[0]?.judged.map(({ title }) => title) ?? [];
  const rows = variants.map(({ name, what, inputs, validationLoss, judged }) => [
    `${name}${what === '' ? '' : `: ${what}`}`,
    String(inputs),
    validationLoss.toFixed(4),
    ...judged.map(({ nextMae, pinball }) =>
      [nextMae, pinball[0] ?? null, pinball[1] ?? null].map(ratio).join(' / '),
    ),
  ]);
  const how = `Seeds ${seeds.join(', ')}, at most ${epochs} epochs, ${generated} generated histories; medians over the seeds. Ratios: next MAE / loss of p50 / of p90, of the network alone.`;
  return [how, table(['variant', 'inputs', 'validation loss', ...titles], rows)].join('\n\n');
}

const ratio = (value: number | null): string => value?.toFixed(3) ?? 'unknown';

function held(share: number | null, error: number | null): string {
  if (share === null) return 'unknown';
  return `${share.toFixed(3)}${error === null ? '' : ` ± ${error.toFixed(3)}`}`;
}

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbers: 'left' | 'right' = 'right',
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = head.map((_, i) => (i === 0 || numbers === 'left' ? '---' : '---:'));
  return [line(head), line(rule), ...rows.map(line)].join('\n');
}
