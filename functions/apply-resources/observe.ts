import type { ApplyPorts } from '#core/chain/apply.ts';
import type { Clock, DecisionLog, WriteStop } from '#core/chain/ports.ts';
import { keyOf } from '#core/function-key.ts';
import type { Decision } from '#core/messages/decision.ts';
import type { DecideInput } from '#core/policy/context.ts';
import { reasonClass } from '#core/policy/reason-class.ts';
import type { FunctionState } from '#core/policy/state.ts';
import { createFunctionMemory, type FunctionMemory } from '#platform/metrics/function-memory.ts';
import { functionExposition } from '#platform/metrics/function-metrics.ts';
import type { MetricName } from '#platform/metrics/definitions.ts';
import { createSuiteMetrics, type SuiteMetrics } from '#platform/metrics/suite-metrics.ts';
import { decided, type DecidedFacts, FUNCTION_METRICS } from './function-metrics.ts';

const SUITE_METRICS: readonly MetricName[] = [
  'foresize_decision_reasons_total',
  'foresize_kill_switch',
  'foresize_stage_duration_seconds',
  'foresize_errors_total',
];

/** What apply-resources tells of itself. */
export interface ApplyMetrics {
  readonly suite: SuiteMetrics;
  /** The same ports, with what goes through them taken note of. */
  observed(ports: ApplyPorts): ApplyPorts;
  observedSwitch(stop: WriteStop): WriteStop;
  /** Asks the observed switch if nobody has for `olderThanMs`: without a write nobody does. */
  lookAtSwitch(olderThanMs: number, signal: AbortSignal): Promise<void>;
  readonly exposition: () => AsyncGenerator<string, void, void>;
}

type States = ReadonlyMap<string, FunctionState>;

/**
 * Facts of a function that were not renewed for this long are another replica's to tell: shards go to whichever is free.
 * Its counters stay, as counters do.
 */
const FORGOTTEN_MS = 300_000;

export async function createApplyMetrics(clock: Clock): Promise<ApplyMetrics> {
  const suite = await createSuiteMetrics(SUITE_METRICS);
  const known = createFunctionMemory<DecidedFacts>();
  let states: States = new Map();
  const asked: { stop: WriteStop | null; atMs: number } = { stop: null, atMs: -Infinity };
  return {
    suite,
    observed: (ports) => ({
      ...ports,
      workloads: known.observed(ports.workloads),
      state: {
        ...ports.state,
        async save(next, signal) {
          await ports.state.save(next, signal);
          states = next.functions;
        },
      },
      log: observedLog(ports.log, suite, known),
    }),
    observedSwitch(stop) {
      asked.stop = async (signal) => {
        asked.atMs = clock();
        const why = await stop(signal);
        suite.set('foresize_kill_switch', why === null ? 0 : 1);
        return why;
      };
      return asked.stop;
    },
    async lookAtSwitch(olderThanMs, signal) {
      if (clock() - asked.atMs >= olderThanMs) await asked.stop?.(signal);
    },
    async *exposition() {
      yield await suite.text();
      yield* functionExposition(FUNCTION_METRICS, factsOf(known, states, clock()));
    },
  };
}

function observedLog(
  log: DecisionLog,
  suite: SuiteMetrics,
  known: FunctionMemory<DecidedFacts>,
): DecisionLog {
  return {
    append(decision: Decision, input?: DecideInput) {
      log.append(decision, input);
      const { action } = decision;
      suite.count('foresize_decision_reasons_total', { action, reason: reasonClass(decision) });
      known.keep(decision, (before) => decided(before, decision, input));
    },
  };
}

/** Of what is gone nothing is told, its counters included. */
function* factsOf(known: FunctionMemory<DecidedFacts>, states: States, now: number) {
  for (const { live, kept: facts } of known.all()) {
    const state = states.get(keyOf(live));
    const isRecent = now - facts.at < FORGOTTEN_MS;
    const { namespace, name } = live;
    yield {
      namespace,
      name,
      facts: { now, facts, live, isRecent, state: state?.uid === live.uid ? state : null },
    };
  }
}
