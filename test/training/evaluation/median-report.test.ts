import { expect } from 'chai';
import { medianReport } from '../../../training/evaluation/median-report.ts';
import { type EvaluationReport, type ReportRow, rowOf } from '../../../training/evaluation/report.ts';

function row(forecaster: string, figure: number): ReportRow {
  const four = [figure, figure, figure, figure];
  return rowOf(forecaster, {
    nextMae: figure,
    nextRmse: NaN,
    pinball: four,
    coverage: four,
    coverageError: four,
  });
}

function report(lstm: number): EvaluationReport {
  const rows = [row('persistence', 1), row('lstm', lstm)];
  const settings = {
    windowSteps: 240,
    baselineSteps: 480,
    horizonMs: 75_000,
    every: 1,
    hideCalls: false,
    firstRow: 1,
    lastRow: null,
  };
  return {
    dataSet: 'one',
    settings,
    overall: [{ metric: 'cpu', functions: 1, peaks: 20, rows }],
    functions: [],
  };
}

describe('the median of reports', () => {
  it('is that of each figure, and unknown where all are', () => {
    const rows = medianReport([report(3), report(1), report(0.5)]).overall[0]?.rows;
    expect(rows).to.deep.equal([row('persistence', 1), row('lstm', 1)]);
    expect(rows?.[1]?.nextRmse).to.equal(null);
    expect(medianReport([report(3), report(1)]).overall[0]?.rows[1]).to.deep.equal(row('lstm', 2));
  });

  it('of a single report is itself', () => {
    const one = report(3);
    expect(medianReport([one])).to.equal(one);
  });
});
