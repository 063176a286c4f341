import { rm } from 'node:fs/promises';
import type { DataSet } from '#core/replay/history.ts';
import type { BackendName } from '#forecast/backend.ts';
import packageJson from '../../package.json' with { type: 'json' };
import { overallText } from '../../training/evaluation/text-report.ts';
import type { Card } from '../../training/lstm/card-schema.ts';
import { RECIPE } from '../../training/lstm/recipe.ts';
import { type TrainedLstmFolder, trainLstmFolder } from '../../training/lstm/train-lstm.ts';
import { estimateMs } from '../../training/lstm/training-time.ts';
import { scaledRecipe, type TrainingRecipe } from '../../training/lstm/training-recipe.ts';
import { writeFolder } from '../../training/model-folder/write-folder.ts';
import { type QuietFlag, tell } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import { interruptibly } from '../up/interruption.ts';
import { lstmProgress } from './lstm-progress.ts';
import { readRecordings } from './shipped-recordings.ts';
import { judgedCount, seedsOf, tellKept } from './training-run.ts';

export interface TrainFlags extends QuietFlag {
  /** false: none. */
  readonly recordings?: readonly string[] | boolean;
  readonly seeds: number;
  readonly firstSeed: number;
  readonly epochs?: number;
  readonly generated?: number;
  readonly backend?: BackendName;
  readonly out: string;
  readonly checkpoints?: string;
  readonly ablation?: true;
  readonly json?: true;
}

/** `foresize train lstm`. Throws what reading, training and writing throw. */
export async function train(flags: TrainFlags, recipe: TrainingRecipe = RECIPE): Promise<void> {
  const checkpoints = flags.checkpoints ?? `${flags.out}.checkpoints`;
  await interruptibly(
    async (signal) => {
      const { card, files } = await trainWithProgress(
        flags,
        scaledRecipe(recipe, flags),
        checkpoints,
        signal,
      );
      await writeFolder(flags.out, files);
      if (flags.checkpoints === undefined) await rm(checkpoints, { recursive: true, force: true });
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(card)}\n` : cardText(card, outputStyle().columns),
      );
      tell(`wrote ${flags.out}`, flags);
    },
    () => {
      tellKept(checkpoints, flags);
    },
  );
}

async function trainWithProgress(
  flags: TrainFlags,
  recipe: TrainingRecipe,
  checkpointDirectory: string,
  signal: AbortSignal,
): Promise<TrainedLstmFolder> {
  const { backend } = flags;
  const seeds = seedsOf(flags);
  const recorded = await readRecordings(flags.recordings);
  tell(announcement(recipe, recorded, seeds.length), flags);
  const progress = lstmProgress(seeds, recipe.epochs, flags);
  try {
    return await trainLstmFolder({
      ...{ recipe, recorded, seeds, checkpointDirectory, signal },
      judged: judgedCount(flags),
      ...(backend === undefined ? {} : { backend }),
      date: new Date().toISOString(),
      versions: { Foresize: packageJson.version, 'Node.js': process.versions.node },
      commands: [commandOf(flags)],
      ...progress,
    });
  } finally {
    progress.end();
  }
}

/** What will be learned from, and for about how long: said before it begins. */
function announcement(recipe: TrainingRecipe, recorded: DataSet | null, seeds: number): string {
  const { generated, epochs } = recipe;
  const real =
    recorded === null
      ? 'without recordings'
      : `${recorded.histories.length} recorded functions of ${recorded.name}`;
  const minutes = Math.ceil(estimateMs(recipe, recorded?.histories ?? [], seeds) / 60_000);
  return `${generated.train.count} generated histories, ${real}; ${seeds} × at most ${epochs} epochs: about ${minutes} min of CPU with WebAssembly`;
}

/** The command that gives this model again. */
function commandOf({ recordings, seeds, firstSeed, epochs, generated, out }: TrainFlags): string {
  const words = [
    ...(typeof recordings === 'object' ? ['--recordings', ...recordings] : []),
    ...(recordings === false ? ['--no-recordings'] : []),
    ...['--seeds', seeds, '--first-seed', firstSeed],
    ...(epochs === undefined ? [] : ['--epochs', epochs]),
    ...(generated === undefined ? [] : ['--generated', generated]),
    ...['--out', out],
  ];
  return `npx foresize train lstm ${words.join(' ')}`;
}

/** Each training, then what the one that is kept was judged by. */
export function cardText({ trainings, seed, evaluations }: Card, width = Infinity): string {
  const losses = trainings.map(
    (one) =>
      `seed ${one.seed}: validation loss ${one.validationLoss.toFixed(4)} after ${one.bestEpoch} of ${one.epochs} epochs${one.cpuSeconds === null ? '' : `, ${one.cpuSeconds.toFixed(0)} s of CPU`}${one.seed === seed && trainings.length > 1 ? ' (kept)' : ''}\n`,
  );
  const judged = evaluations.map(
    ({ title, overall }) => `\n${title}\n${overall.map((one) => overallText(one, width)).join('')}`,
  );
  return [...losses, ...judged].join('');
}
