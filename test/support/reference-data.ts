import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Where the reference data set is: FORESIZE_REFERENCE, else beside the repository. `foresize reference` downloads it. */
export const REFERENCE_FOLDER =
  process.env.FORESIZE_REFERENCE ?? fileURLToPath(new URL('../../../shared/data/seed/', import.meta.url));

export const hasReference = (): boolean => existsSync(REFERENCE_FOLDER);
