import type { Rule } from './context.ts';
import { blastRadius, endOfTrial } from './rules/blast-radius.ts';
import { bounds } from './rules/bounds.ts';
import { cooldown, noRescue, settledPods, uncensored } from './rules/settled.ts';
import { cpuLimit } from './rules/cpu-limit.ts';
import { evidence } from './rules/evidence.ts';
import { gate } from './rules/gate.ts';
import { horizontalAutoscaler } from './rules/horizontal-autoscaler.ts';
import { lastDecision } from './rules/last-decision.ts';
import { leak } from './rules/leak.ts';
import { memoryLimit } from './rules/memory-limit.ts';
import { limitRange, limitRatio } from './rules/limit-range.ts';
import { cpuRequest, memoryRequest } from './rules/requests.ts';
import { nodePressure } from './rules/node-pressure.ts';
import { qualityOfService } from './rules/quality-of-service.ts';
import { quarantine } from './rules/quarantine.ts';
import { quota } from './rules/quota.ts';
import { rescueLatency } from './rules/rescue-latency.ts';
import { rescueOutOfMemory } from './rules/rescue-out-of-memory.ts';
import { rescueStartUp } from './rules/rescue-start-up.ts';
import { rescueThrottling } from './rules/rescue-throttling.ts';
import { rollback } from './rules/rollback.ts';
import { rounding } from './rules/rounding.ts';
import { scaleTarget } from './rules/scale-target.ts';
import { startUpFloor } from './rules/start-up-floor.ts';
import { stepSize } from './rules/step-size.ts';
import { surroundings } from './rules/surroundings.ts';
import { tolerance } from './rules/tolerance.ts';

/**
 * What the cluster would refuse, or should not be asked for. After rescue and after sizing, so that both start from what
 * can be had; and of anything that is written.
 */
const PREFLIGHT: readonly Rule[] = [limitRange, quota, nodePressure, limitRatio];

/** Every cycle: facts about the present. No tolerance, no cooldown; what is decided here only grows. */
export const RESCUE: readonly Rule[] = [
  surroundings,
  lastDecision,
  rescueThrottling,
  rescueLatency,
  rescueStartUp,
  rescueOutOfMemory,
  rollback,
  ...PREFLIGHT,
];

/** Once a sizing period: first what the forecast asks for, then what stands against shrinking to it. */
export const SIZING: readonly Rule[] = [
  cpuLimit,
  cpuRequest,
  memoryLimit,
  memoryRequest,
  leak,
  evidence,
  bounds,
  ...PREFLIGHT,
  horizontalAutoscaler,
  tolerance,
  noRescue,
  uncensored,
  settledPods,
  cooldown,
  quarantine,
  stepSize,
  gate,
  blastRadius,
];

/** What must hold of anything that is written. Rounding again tidies what the quality of service moved. */
export const FINISHING: readonly Rule[] = [
  endOfTrial,
  startUpFloor,
  scaleTarget,
  bounds,
  ...PREFLIGHT,
  rounding,
  qualityOfService,
  rounding,
];
