import { expect } from 'chai';
import type { Toolkit } from '#forecast/predict-usage.ts';
import { loadToolkit } from '../../functions/predict-resources/toolkit.ts';
import { outcomeOf } from './outcome.ts';
import { costTriples, HOUR, studyBursts } from './scenarios.ts';
import { type Scenario, simulate, simulateUnlimited } from './simulate.ts';

describe('the network that is shipped, in closed loop', () => {
  let toolkit: Toolkit;

  before(async () => {
    const shipped = { MODEL_PATH: undefined, MODEL_MISSING: 'fail' } as const;
    toolkit = await loadToolkit(shipped, () => undefined);
  });

  const scenarios: readonly [string, Scenario, number][] = [
    // Without it these reserve about 4.7 and 1.35 times what is used: it forecasts bursts from calls, and errs upwards.
    ["the study's bursts", studyBursts(0.1, 1), 8],
    ['a call whose cost triples', { ...costTriples(), seconds: HOUR }, 2],
  ];
  for (const [name, scenario, most] of scenarios) {
    it(`slows ${name} no more than a pod without limits, and is seldom short`, async () => {
      const run = await simulate({
        ...scenario,
        annotations: { ...scenario.annotations, 'foresize/forecaster': 'lstm' },
        toolkit,
      });
      const from = HOUR / 2;
      const { p95, requestOverUse, shortShare } = outcomeOf(run, from);
      expect(p95 / outcomeOf(await simulateUnlimited(scenario), from).p95).to.be.at.most(1.05);
      expect(requestOverUse).to.be.at.most(most);
      expect(shortShare).to.be.at.most(0.1);
    });
  }
});
