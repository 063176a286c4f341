import type { Facts } from './facts.ts';
import { type Finding, type Level, LEVELS, type Subject, SUBJECTS, type Told } from './finding.ts';
import { judgeChain } from './judge/chain.ts';
import { judgeCluster } from './judge/cluster.ts';
import { judgeFunctions } from './judge/functions.ts';
import { judgeGateway } from './judge/gateway.ts';
import { judgeIdentities } from './judge/identities.ts';
import { judgeMetrics } from './judge/metrics.ts';

/** All findings, by subject. */
export interface Report {
  readonly target: string;
  /** Unix ms. */
  readonly at: number;
  readonly counts: Readonly<Record<Level, number>>;
  readonly findings: readonly Finding[];
}

const JUDGES: Readonly<Record<Subject, (facts: Facts) => readonly Told[]>> = {
  cluster: judgeCluster,
  gateway: judgeGateway,
  metrics: judgeMetrics,
  identities: judgeIdentities,
  chain: judgeChain,
  functions: judgeFunctions,
};

export function reportOf(facts: Facts): Report {
  const findings = SUBJECTS.flatMap((subject) =>
    JUDGES[subject](facts).map((told): Finding => ({ subject, ...told })),
  );
  const count = (level: Level): number => findings.filter((finding) => finding.level === level).length;
  const counts = {
    problem: count('problem'),
    warning: count('warning'),
    unknown: count('unknown'),
    ok: count('ok'),
  };
  return { target: facts.target, at: facts.atMs, counts, findings };
}

/** The same without what is in order. */
export const onlyToDo = (report: Report): Report => ({
  ...report,
  findings: report.findings.filter(({ level }) => level !== 'ok'),
});

/** One line of JSON. Times in Unix ms; `advice` is null where nothing need be done. */
export const jsonText = (report: Report): string => `${JSON.stringify(report)}\n`;

/** Whether a finding is at least as bad. */
export const hasAny = ({ counts }: Report, level: 'problem' | 'warning'): boolean =>
  LEVELS.slice(0, LEVELS.indexOf(level) + 1).some((one) => counts[one] > 0);
