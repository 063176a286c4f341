import { ForesizeError } from '#core/errors/error.ts';
import type { FunctionHistory } from '#core/replay/history.ts';
import { readDataSet } from '../../training/data/read-data-set.ts';

/**
 * The history of one function, named where the data hold several. Throws `data-invalid` where it is not there or not
 * clear which is meant.
 */
export async function readOneHistory(paths: readonly string[], name?: string): Promise<FunctionHistory> {
  const { histories } = await readDataSet(paths);
  const found = name === undefined ? histories : histories.filter((history) => history.name === name);
  const [history, ...others] = found;
  if (history !== undefined && others.length === 0) return history;
  const names = histories.map((each) => each.name).join(', ');
  throw new ForesizeError(
    'data-invalid',
    name !== undefined && history === undefined
      ? `the data hold no function ${name}, but ${names}`
      : `the data hold ${histories.length} functions: choose one of ${names} with --function`,
  );
}
