import type { Step } from '../messages/decision.ts';
import { POLICY } from '../policy/constants.ts';
import { type Context, type Draft, type Rule, run } from '../policy/context.ts';
import { kindOf, type Metric, RESOURCE_NAMES, type ResourceName, valueOf } from '../policy/resources.ts';
import { bounds } from '../policy/rules/bounds.ts';
import { cpuLimit } from '../policy/rules/cpu-limit.ts';
import { evidence } from '../policy/rules/evidence.ts';
import { leak } from '../policy/rules/leak.ts';
import { memoryLimit } from '../policy/rules/memory-limit.ts';
import { cpuRequest, memoryRequest } from '../policy/rules/requests.ts';
import { qualityOfService } from '../policy/rules/quality-of-service.ts';
import { rescueLatency } from '../policy/rules/rescue-latency.ts';
import { rescueOutOfMemory } from '../policy/rules/rescue-out-of-memory.ts';
import { rescueStartUp } from '../policy/rules/rescue-start-up.ts';
import { rescueThrottling } from '../policy/rules/rescue-throttling.ts';
import { rounding } from '../policy/rules/rounding.ts';
import { startUpFloor } from '../policy/rules/start-up-floor.ts';
import type { Resources } from '../usage/reading.ts';

/** What the present calls for. */
const FACTS: readonly Rule[] = [rescueThrottling, rescueLatency, rescueStartUp, rescueOutOfMemory];

/** What the forecast asks for, and what the highest use on record does. */
const SIZES: readonly Rule[] = [cpuRequest, memoryLimit, memoryRequest, leak, evidence];

const FINISHING: readonly Rule[] = [bounds, startUpFloor, bounds, rounding, qualityOfService, rounding];

/** Larger than any use: sizes come down to it from here, so that they don't depend on what is set today. */
const ROOM: Readonly<Record<Metric, number>> = { cpu: 1e6, memory: 2 ** 60 };

/** What a size that is not set begins with, for the rules that look at what there was. */
const FLOORS: Readonly<Record<ResourceName, number | null>> = {
  // Where nobody asked for one, a CPU limit only slows work.
  'cpu-limit': null,
  'cpu-request': POLICY.cpuRequestFloor,
  'memory-limit': POLICY.memoryFloor,
  'memory-request': POLICY.memoryFloor,
};

const mapped = (value: (name: ResourceName) => number | null): Resources => ({
  cpuRequestCores: value('cpu-request'),
  cpuLimitCores: value('cpu-limit'),
  memoryRequestBytes: value('memory-request'),
  memoryLimitBytes: value('memory-limit'),
});

/** Sizes and the rules that led to them, in their order. */
export interface Wanted {
  readonly to: Resources;
  readonly steps: readonly Step[];
}

/**
 * What the rules of the policy would have set once nothing waits any more: facts first, then the forecast and the
 * highest use on record, then bounds, floors and the quality of service. Sizes that are not set are wanted, too, but
 * for the CPU limit. What nothing is known about stays as it is.
 */
export function wantedSizes(context: Context): Wanted {
  const begin: Draft = { target: context.base, steps: [], rescued: false, remember: {} };
  const rescued = run(FACTS, context, begin);
  const fed = cpuLimit({ ...context, base: rescued.target }, rescued);
  const sized = fromAbove(context, fed);
  const target = atLeastRescued(context, rescued, sized.target);
  const base = mapped((name) => valueOf(context.base, name) ?? floorOf(name, target));
  const finished = run(FINISHING, { ...context, base }, { ...sized, target });
  return { to: finished.target, steps: fromPresent(context.base, finished.steps) };
}

/** Requests and the memory limit come down from far above; what stayed there is not known. */
function fromAbove(context: Context, draft: Draft): Draft {
  const roomy = mapped((name) =>
    name === 'cpu-limit' ? valueOf(draft.target, name) : ROOM[kindOf(name).metric],
  );
  const { settings } = context;
  const free = { ...context, base: roomy, settings: { ...settings, memoryShrink: 'in-place' as const } };
  const sized = run(SIZES, free, { ...draft, target: roomy });
  const isUnknown = (name: ResourceName): boolean =>
    name !== 'cpu-limit' && valueOf(sized.target, name) === ROOM[kindOf(name).metric];
  return {
    ...sized,
    target: mapped((name) => (isUnknown(name) ? valueOf(context.base, name) : valueOf(sized.target, name))),
    steps: sized.steps.filter(({ resource }) => resource === null || !isUnknown(resource)),
  };
}

/** A limit that must grow now is not brought back by a forecast that knows nothing of the kill. */
function atLeastRescued({ base }: Context, { target: rescued }: Draft, target: Resources): Resources {
  return mapped((name) => {
    const [before, now, wanted] = [valueOf(base, name), valueOf(rescued, name), valueOf(target, name)];
    return before === null || now === null || now <= before ? wanted : Math.max(now, wanted ?? 0);
  });
}

function floorOf(name: ResourceName, target: Resources): number | null {
  return valueOf(target, name) === null ? null : FLOORS[name];
}

/** The steps as they look from today's sizes. */
function fromPresent(base: Resources, steps: readonly Step[]): readonly Step[] {
  const last = new Map<ResourceName, number | null>(
    RESOURCE_NAMES.map((name) => [name, valueOf(base, name)]),
  );
  return steps.map((step) => {
    if (step.resource === null) return step;
    const before = last.get(step.resource) ?? null;
    last.set(step.resource, step.after);
    return { ...step, before };
  });
}
