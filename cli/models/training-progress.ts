import { formatDurationMs } from '#core/units/duration.ts';
import { drawBar, redrawnLine } from '../../invoker/progress.ts';

/** How far a training is. */
export interface TrainingStep {
  /** What is trained, such as `seed 2 of 5`. */
  readonly what: string;
  /** From 1. */
  readonly epoch: number;
  readonly epochs: number;
  readonly loss: number;
  readonly validationLoss: number;
  /** Of all that is to be trained. */
  readonly share: number;
}

export interface TrainingProgress {
  readonly show: (step: TrainingStep) => void;
  /** Leaves the terminal as it was found. */
  readonly end: () => void;
}

const PLAIN_EVERY_MS = 10_000;

/** A bar that redraws itself on a terminal; elsewhere a line at once, every ten seconds and for each last epoch. */
export function trainingProgress(stream: NodeJS.WriteStream): TrainingProgress {
  const line = redrawnLine(stream);
  const startMs = performance.now();
  let plainMs = -Infinity;
  return {
    show: (step) => {
      const now = performance.now();
      const text = stepText(step, now - startMs);
      line?.draw(`${drawBar(step.share)} ${text}`);
      if (line !== null || (now - plainMs < PLAIN_EVERY_MS && step.epoch < step.epochs)) return;
      plainMs = now;
      stream.write(`${text}\n`);
    },
    end: () => {
      line?.end();
    },
  };
}

/** `seed 2 of 5, epoch 13 of 50: loss 0.1217, validation 0.1581; 12s left` */
export function stepText(step: TrainingStep, elapsedMs: number): string {
  const { what, epoch, epochs, loss, validationLoss, share } = step;
  const left = Math.ceil((elapsedMs / share - elapsedMs) / 1000) * 1000;
  const losses = `loss ${loss.toFixed(4)}, validation ${validationLoss.toFixed(4)}`;
  return `${what}, epoch ${epoch} of ${epochs}: ${losses}${left > 0 ? `; ${formatDurationMs(left)} left` : ''}`;
}
