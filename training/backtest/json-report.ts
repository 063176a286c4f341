import { type BacktestReport, isJudged, type ResourceReport, type Unjudged } from './report.ts';
import { summaryOf } from './summary.ts';

/** The report as JSON holds it: every figure, with the summary, without the columns that plots are drawn from. */
export function jsonReport(report: BacktestReport): unknown {
  const { rows, medians } = summaryOf(report);
  const functions = report.functions.map((one) => ({
    ...one,
    cpu: withoutPlot(one.cpu),
    memory: withoutPlot(one.memory),
  }));
  return { ...report, summary: { rows, medians }, functions };
}

function withoutPlot(resource: ResourceReport | Unjudged): unknown {
  if (!isJudged(resource)) return resource;
  return Object.fromEntries(Object.entries(resource).filter(([field]) => field !== 'plot'));
}
