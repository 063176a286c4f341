import { withProgress } from '../live/share-progress.ts';
import { outputStyle } from '../live/terminal.ts';
import { interruptibly } from '../up/interruption.ts';
import { look, type LookFlags } from './look/look.ts';
import { hasAny, jsonText, onlyToDo, reportOf } from './report.ts';
import { reportText } from './text.ts';

export interface DoctorFlags extends LookFlags {
  readonly failOn: 'problem' | 'warning';
  readonly json?: true;
  readonly quiet?: true;
}

/** Exit code where `--fail-on` finds what it looks for. */
const FOUND = 3;

/** `foresize doctor`. Throws `kubeconfig-unusable`, `request-invalid`; `http-failed` where the API server does not answer. */
export async function runDoctor(flags: DoctorFlags): Promise<void> {
  const { json, quiet = false, failOn } = flags;
  await interruptibly(async (signal) => {
    const facts = await withProgress((show) => look(flags, show, signal), { quiet });
    const report = reportOf(facts);
    const told = quiet ? onlyToDo(report) : report;
    process.stdout.write(json ? jsonText(told) : reportText(told, { ...outputStyle(110), quiet }));
    if (hasAny(report, failOn)) process.exitCode = FOUND;
  });
}
