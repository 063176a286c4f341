import { formatDurationMs } from '#core/units/duration.ts';
import { textTable } from '#core/text-table.ts';
import { ablate } from '../../training/lstm/ablation.ts';
import { ablationVariants } from '../../training/lstm/ablation-variants.ts';
import { readCard, replaceCard } from '../../training/lstm/card-files.ts';
import type { Ablation } from '../../training/lstm/card-schema.ts';
import { RECIPE } from '../../training/lstm/recipe.ts';
import { estimateMs } from '../../training/lstm/training-time.ts';
import { scaledRecipe, type TrainingRecipe } from '../../training/lstm/training-recipe.ts';
import { withProgress } from '../live/share-progress.ts';
import { tell } from '../live/tell.ts';
import { outputStyle } from '../live/terminal.ts';
import { interruptibly } from '../up/interruption.ts';
import { readRecordings } from './shipped-recordings.ts';
import type { TrainFlags } from './train-lstm.ts';
import { judgedCount, seedsOf, tellKept } from './training-run.ts';

/** `foresize train lstm --ablation`. Throws what reading, training and writing throw. */
export async function runAblation(flags: TrainFlags, recipe: TrainingRecipe = RECIPE): Promise<void> {
  const directory = flags.checkpoints ?? `${flags.out}.ablation`;
  await interruptibly(
    async (signal) => {
      // Refused before the work is done: the table belongs to a model.
      await readCard(flags.out);
      const ablation = await ablateWithProgress(flags, scaledRecipe(recipe, flags), directory, signal);
      await replaceCard(flags.out, { ...(await readCard(flags.out)), ablation });
      process.stdout.write(
        flags.json === true ? `${JSON.stringify(ablation)}\n` : ablationText(ablation, outputStyle().columns),
      );
      tell(`kept in the card of ${flags.out}; each training's result is in ${directory}`, flags);
    },
    () => {
      tellKept(directory, flags);
    },
  );
}

async function ablateWithProgress(
  flags: TrainFlags,
  recipe: TrainingRecipe,
  directory: string,
  signal: AbortSignal,
): Promise<Ablation> {
  const seeds = seedsOf(flags);
  const recorded = await readRecordings(flags.recordings);
  const variants = ablationVariants(recipe, recorded !== null).length;
  const minutes = Math.ceil(
    (variants * estimateMs(recipe, recorded?.histories ?? [], seeds.length)) / 60_000,
  );
  tell(
    `${variants} variants × ${seeds.length} × at most ${recipe.epochs} epochs: about ${formatDurationMs(minutes * 60_000)} of CPU with WebAssembly`,
    flags,
  );
  return withProgress(
    (show) =>
      ablate({
        ...{ recipe, recorded, seeds, directory, signal, date: new Date().toISOString() },
        judged: judgedCount(flags),
        onProgress: (what, done, total, epoch) => {
          const share = (done + (epoch === undefined ? 0 : epoch.epoch / epoch.epochs)) / total;
          show(share, `${what}${epoch === undefined ? '' : `, epoch ${epoch.epoch}`}`);
        },
      }),
    flags,
  );
}

/** A row a variant. */
export function ablationText({ variants }: Ablation, width = Infinity): string {
  const titles = variants[0]?.judged.map(({ title }) => title) ?? [];
  const ratio = (value: number | null | undefined): string => value?.toFixed(3) ?? '-';
  return textTable(
    ['', 'inputs', 'validation', ...titles.map((title) => `${title}: next / p50 / p90`)],
    variants.map(({ name, inputs, validationLoss, judged }) => [
      name,
      String(inputs),
      validationLoss.toFixed(4),
      ...judged.map(({ nextMae, pinball }) => [nextMae, pinball[0], pinball[1]].map(ratio).join(' / ')),
    ]),
    { width },
  );
}
