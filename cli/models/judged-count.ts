import { JUDGED_SEEDS } from '../../training/lstm/judge-model.ts';

/** Generated histories to judge on: a trial on few is judged on as few. */
export function judgedCount({ generated = JUDGED_SEEDS.count }: { readonly generated?: number }): number {
  return Math.min(JUDGED_SEEDS.count, generated);
}
