import type { TrainLstmProgress } from '../../training/lstm/train-lstm.ts';
import { shareProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';
import { type TrainingProgress, trainingProgress } from './training-progress.ts';

type LstmProgress = Required<TrainLstmProgress> & { readonly end: () => void };

const nothing = (): void => undefined;

/** Shows on stderr sequences being made, then each seed being trained, then being judged; nothing if it is to be quiet. */
export function lstmProgress(seeds: readonly number[], epochs: number, { quiet }: QuietFlag): LstmProgress {
  if (quiet === true) return { onStage: nothing, onEpoch: nothing, end: nothing };
  const stream = process.stderr;
  let stage: ReturnType<typeof shareProgress> | undefined;
  let training: TrainingProgress | undefined;
  let shown = '';
  const endStage = (): void => {
    stage?.end();
    stage = undefined;
    shown = '';
  };
  const endTraining = (): void => {
    training?.end();
    training = undefined;
  };
  return {
    onStage: (what, share) => {
      endTraining();
      if (what !== shown) endStage();
      shown = what;
      stage ??= shareProgress(stream);
      stage.show(share, what);
    },
    onEpoch: (seed, loss) => {
      endStage();
      const place = seeds.indexOf(seed);
      training ??= trainingProgress(stream);
      const share = (place * epochs + loss.epoch) / (seeds.length * epochs);
      training.show({ ...loss, what: `seed ${place + 1} of ${seeds.length}`, epochs, share });
    },
    end: () => {
      endStage();
      endTraining();
    },
  };
}
