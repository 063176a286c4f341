import { expect } from 'chai';
import { annotationTable } from '#core/annotations/annotation-table.ts';
import { applyForecasts } from '#core/chain/apply.ts';
import { collectCycle } from '#core/chain/collect.ts';
import type { ForecastMessage } from '#core/messages/forecast.ts';
import { createLstm } from '#forecast/lstm/lstm-forecaster.ts';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { FORECASTERS } from '#forecast/selection.ts';
import { forecasterNames, withNamed } from '../../../functions/predict-resources/on-demand.ts';
import { predictInTurns } from '../../../functions/predict-resources/predict-in-turns.ts';
import {
  collectPorts,
  COLLECT_OPTIONS,
  live,
  memoryState,
  recordingActuator,
  recordingCarrier,
  recordingLog,
  reported,
  signal,
} from '../../core/chain/in-memory.ts';
import { NOW } from '../../core/policy/situation.ts';
import { modelOf } from '../../forecast/lstm/models.ts';

const lstm = createLstm(modelOf(1));
const TOOLKIT: Toolkit = { forecasters: new Map([...FORECASTERS, [lstm.name, lstm]]), model: 'lstm' };

/** The forecasts of functions that are deployed with these annotations, as collect asks for them. */
async function forecastsOf(functions: ReturnType<typeof live>[]): Promise<ForecastMessage> {
  const answers: ForecastMessage[] = [];
  const carrier = recordingCarrier(async (usage) => {
    answers.push(await predictInTurns(usage, TOOLKIT, signal));
    return reported(usage);
  });
  await collectCycle(collectPorts(functions, carrier), COLLECT_OPTIONS, signal);
  return answers[0]!;
}

describe('a forecaster named by annotation', () => {
  it('can be any that predict-resources has, and no other', () => {
    const row = annotationTable().find(({ name }) => name === 'foresize/forecaster');
    const allowed = row?.values.replaceAll('`', '').split(', ');
    expect(allowed).to.have.members(forecasterNames(TOOLKIT));
  });

  it('is loaded where it takes long, for those who name it', async () => {
    expect((await withNamed(TOOLKIT, ['auto', 'arima'])).forecasters.has('arima')).to.equal(true);
    expect(await withNamed(TOOLKIT, ['auto', 'lstm', 'oracle'])).to.equal(TOOLKIT);
  });

  it('is reported by name and value where it does not exist, and the function is skipped', async () => {
    const annotations = { 'foresize/mode': 'apply', 'foresize/forecaster': 'oracle' };
    const functions = [live('a', { annotations }), live('b')];
    const forecasts = await forecastsOf(functions);
    expect(forecasts.functions.map(({ evidence }) => evidence.forecaster.cpu)).to.deep.equal([
      'none',
      'persistence',
    ]);
    const actuator = recordingActuator();
    const { decisions } = await applyForecasts(
      forecasts,
      {
        clock: () => NOW + 1000,
        workloads: { functions: () => Promise.resolve(functions), nodes: () => Promise.resolve([]) },
        state: memoryState(),
        actuator,
        log: recordingLog(),
      },
      { cyclePeriodMs: 15_000, sizingPeriodMs: 60_000 },
      signal,
    );
    expect(decisions[0]).to.include({ name: 'a', action: 'skip' });
    expect(decisions[0]?.reason).to.match(
      /^foresize\/forecaster: "oracle" must be one of auto, persistence, .*arima/,
    );
    expect(decisions[1]?.action).not.to.equal('skip');
    expect(actuator.changes.every(({ pod }) => pod.pod !== 'a-1')).to.equal(true);
  });
});

describe('a long message', () => {
  it('is given up once the caller is gone', async () => {
    const usage = await usageOfMany(400);
    const controller = new AbortController();
    const gone = new Error('the caller is gone');
    const answer = predictInTurns(usage, TOOLKIT, controller.signal).catch((error: unknown) => error);
    controller.abort(gone);
    expect(await answer).to.equal(gone);
  });
});

async function usageOfMany(count: number) {
  const carrier = recordingCarrier();
  await collectCycle(collectPorts([live('a')], carrier), COLLECT_OPTIONS, signal);
  const usage = carrier.carried[0]!;
  const [one] = usage.functions;
  const cpuCores = Array.from({ length: 240 }, (_, i) => 0.1 + 0.01 * (i % 7));
  const function_ = { ...one!, series: { ...one!.series, cpuCores } };
  return { ...usage, functions: Array.from({ length: count }, () => function_) };
}
