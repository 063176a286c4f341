import { describe } from '../../training/data/describe.ts';
import { descriptionText } from '../../training/data/description-text.ts';
import { readDataSet } from '../../training/data/read-data-set.ts';
import { withProgress } from '../live/share-progress.ts';
import type { QuietFlag } from '../live/tell.ts';

export interface DescribeFlags extends QuietFlag {
  readonly name?: string;
  readonly namespace?: string;
  readonly step?: number;
  readonly cpuMean?: number;
  readonly split?: 'choice' | 'held-out' | 'all';
  readonly json?: true;
}

/** `foresize describe`. Throws `data-invalid`. */
export async function runDescribe(
  paths: readonly string[],
  { name, namespace, step, cpuMean, split, json, quiet }: DescribeFlags,
): Promise<void> {
  const description = await withProgress(
    async (show) => {
      show(null, `reading ${paths.join(', ')}`);
      const dataSet = await readDataSet(paths, {
        ...(name === undefined ? {} : { name }),
        ...(namespace === undefined ? {} : { namespace }),
        ...(step === undefined ? {} : { stepMs: step }),
        ...(cpuMean === undefined ? {} : { cpuMeanMs: cpuMean }),
        ...(split === undefined ? {} : { split }),
      });
      return describe(dataSet);
    },
    { quiet },
  );
  process.stdout.write(json === true ? `${JSON.stringify(description)}\n` : descriptionText(description));
}
