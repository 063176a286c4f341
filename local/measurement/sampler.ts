import type { Logger } from 'pino';

/** What can be measured: takes its sample with its own time, and keeps it. */
export interface Sampled {
  sample(): Promise<void>;
}

export interface SamplerOptions {
  readonly periodMs: number;
  readonly targets: () => readonly Sampled[];
  readonly log: Logger;
}

/** Samples every target each period; a round that is not over makes the next one wait its turn. Returns the stopper. */
export function startSampling({ periodMs, targets, log }: SamplerOptions): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    void Promise.allSettled(targets().map((target) => target.sample())).then((results) => {
      busy = false;
      for (const result of results) {
        if (result.status === 'rejected')
          log.debug({ err: result.reason as unknown }, 'a pod ended while it was measured');
      }
    });
  }, periodMs);
  return () => {
    clearInterval(timer);
  };
}
