import type { LiveFunction } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { parseQueryOverrides } from '#platform/sources/prometheus-queries.ts';
import { type ApplyConfig, readConfig as readApplyConfig } from '../../functions/apply-resources/config.ts';
import {
  type CollectConfig,
  readConfig as readCollectConfig,
} from '../../functions/collect-metrics/config.ts';
import {
  type PredictConfig,
  readConfig as readPredictConfig,
} from '../../functions/predict-resources/config.ts';
import type { DeployedFacts, Facts } from './facts.ts';
import { valueIn } from './seen.ts';

/** One of the three functions of the suite. */
export interface Member<Config> {
  readonly name: string;
  /** Null where it is not deployed. */
  readonly live: LiveFunction | null;
  /** Null where that is not shown. */
  readonly secrets: readonly string[] | null;
  /** As the function itself reads its environment; null where that is not shown, or wrong. */
  readonly config: Readonly<Config> | null;
  /** What is wrong with its environment. */
  readonly wrong: string | null;
}

export interface Suite {
  readonly collect: Member<CollectConfig>;
  readonly predict: Member<PredictConfig>;
  readonly apply: Member<ApplyConfig>;
}

/** The suite as it is deployed. */
export function suiteOf({ live, deployed }: Pick<Facts, 'live' | 'deployed'>): Suite {
  const all = { live: valueIn(live) ?? [], deployed: valueIn(deployed) ?? [] };
  return {
    collect: memberOf(all, 'collect-metrics', readWholeCollectConfig),
    predict: memberOf(all, 'predict-resources', readPredictConfig),
    apply: memberOf(all, 'apply-resources', readApplyConfig),
  };
}

export const membersOf = ({ collect, predict, apply }: Suite) => [collect, predict, apply] as const;

/** Queries that cannot be read end collect-metrics as a wrong variable does. */
function readWholeCollectConfig(environment: NodeJS.ProcessEnv): Readonly<CollectConfig> {
  const config = readCollectConfig(environment);
  if (config.PROMETHEUS_QUERIES !== undefined) parseQueryOverrides(config.PROMETHEUS_QUERIES);
  return config;
}

function memberOf<Config>(
  all: { readonly live: readonly LiveFunction[]; readonly deployed: readonly DeployedFacts[] },
  name: string,
  read: (environment: NodeJS.ProcessEnv) => Readonly<Config>,
): Member<Config> {
  const live = all.live.find((one) => one.name === name) ?? null;
  const found = all.deployed.find((one) => one.name === name);
  const member = { name, live, secrets: found?.secrets ?? null, config: null, wrong: null };
  if (found === undefined) return member;
  // A value that is taken from elsewhere is not shown.
  const shown = Object.entries(found.environment).flatMap(([key, value]) =>
    value === null ? [] : [[key, value] as const],
  );
  try {
    return { ...member, config: read(Object.fromEntries(shown)) };
  } catch (error) {
    if (error instanceof ForesizeError) return { ...member, wrong: error.message };
    throw error;
  }
}
