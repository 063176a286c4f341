import { existsSync } from 'node:fs';
import { type QuietFlag, tell } from '../live/tell.ts';
import { JUDGED_SEEDS } from '../../training/lstm/judge-model.ts';

/** The seeds of the trainings that are asked for. */
export function seedsOf({
  seeds,
  firstSeed,
}: {
  readonly seeds: number;
  readonly firstSeed: number;
}): number[] {
  return Array.from({ length: seeds }, (_, i) => firstSeed + i);
}

/** Generated histories to judge on: a trial on few is judged on as few. */
export function judgedCount({ generated = JUDGED_SEEDS.count }: { readonly generated?: number }): number {
  return Math.min(JUDGED_SEEDS.count, generated);
}

/** Says on stderr how to go on with trainings that were ended, where anything of them is kept. */
export function tellKept(directory: string, flags: QuietFlag): void {
  if (!existsSync(directory)) return;
  tell(`what was trained is kept in ${directory}: the same command goes on from there`, flags);
}
