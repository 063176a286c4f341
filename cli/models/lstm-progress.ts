import type { TrainLstmProgress } from '../../training/lstm/train-lstm.ts';
import { shareProgress } from '../live/share-progress.ts';
import { type TrainingProgress, trainingProgress } from './training-progress.ts';

/** Shows sequences being made, then each seed being trained, then being judged. */
export function lstmProgress(
  stream: NodeJS.WriteStream,
  seeds: readonly number[],
  epochs: number,
): Required<TrainLstmProgress> & { readonly end: () => void } {
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
