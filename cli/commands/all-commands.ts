import type { CommandUnknownOpts } from '@commander-js/extra-typings';
import { backtestCommand } from './backtest.ts';
import { completionCommand } from './completion.ts';
import { describeCommand } from './describe.ts';
import { doctorCommand } from './doctor.ts';
import { driftCommand } from './drift.ts';
import { evaluateCommand } from './evaluate.ts';
import { explainCommand } from './explain.ts';
import { invokeCommand } from './invoke.ts';
import { pageCommand } from './page.ts';
import { recommendCommand } from './recommend.ts';
import { recordCommand } from './record.ts';
import { referenceCommand } from './reference.ts';
import { replayCommand } from './replay.ts';
import { restoreCommand } from './restore.ts';
import { trainCommand } from './train.ts';
import { upCommand } from './up.ts';

/** Every command of the program, in the order of its help. */
export const allCommands = (): readonly CommandUnknownOpts[] => [
  upCommand(),
  invokeCommand(),
  recommendCommand(),
  explainCommand(),
  pageCommand(),
  doctorCommand(),
  trainCommand(),
  evaluateCommand(),
  backtestCommand(),
  replayCommand(),
  driftCommand(),
  restoreCommand(),
  recordCommand(),
  describeCommand(),
  referenceCommand(),
  completionCommand(),
];
