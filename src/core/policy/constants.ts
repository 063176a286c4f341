const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** The numbers of the policy, each with what it does. They were chosen in closed-loop simulation. */
export const POLICY = {
  /** Extra over the forecast in requests. */
  requestMargin: 1.1,
  /** A memory limit stays this far above the highest use on record. */
  memoryLimitMargin: 1.2,
  /** A CPU limit that is lowered stays this far above the highest 60 s mean on record. */
  cpuLimitMargin: 1.25,
  /** With the last value below this share of the evidence peak, a forecast may not exceed that peak. */
  quietShare: 0.9,
  /** Before the evidence for a shrink is complete, a forecast may exceed the highest use on record by this much. */
  leadBeforeEvidence: 1.1,
  /** Changes smaller than this share are not worth a resize. */
  tolerance: 0.15,
  /** The least that one shrink leaves. */
  requestStep: 0.5,
  limitStep: 0.8,
  memoryLimitStep: 0.9,
  /** A pod younger than this, and a function censored within it, does not shrink. Shorter evidence shortens it. */
  settlingMs: 5 * MINUTE_MS,
  /** Throttled seconds ÷ CPU seconds above which work is slowed. */
  stretch: 0.1,
  throttledPeriods: 3,
  /** Rescue's factor is at least this; 1.2 over the slowdown leaves room to catch up. */
  rescueFactor: 2,
  slowdownMargin: 1.2,
  /**
   * What one thread can burn. A kept limit that throttles grows at least to this: below it a burst longer than
   * limit × 100 ms waits for the next period, which the p95 shows before the mean stretch does (measured: under 614m, at
   * a stretch below 0.1, a p95 of 1.26 × unlimited).
   */
  threadCores: 1,
  /** Over the CPU that the calls known now need. */
  demandMargin: 1.5,
  /** Seconds within which calls in flight are to be worked off. */
  drainSeconds: 30,
  /** Liveness probes kill at about 6 s; a start in 2 s leaves room for a busy node. */
  startSeconds: 2,
  startCores: 1,
  /** Calls on which a p95 must rest before a limit grows, or shrinks, by it. */
  latencyCalls: 5,
  latencyShrinkCalls: 100,
  latencyShrinkShare: 0.7,
  latencyFactor: { least: 1.25, most: 4 },
  latencyFloorMs: 24 * HOUR_MS,
  queuedCalls: 3,
  oomFactor: 1.5,
  oomRepeatFactor: 2,
  oomLeastBytes: 16 * 2 ** 20,
  oomRepeatMs: 30 * MINUTE_MS,
  /** Pods killed at one limit within this are one event. */
  oomEventMs: 5 * MINUTE_MS,
  /** Kills within this of each other count as a row. */
  oomRowMs: 24 * HOUR_MS,
  /** So many kills in a row look like a leak. */
  oomLeakRow: 3,
  /** Samples that a replay must judge to say anything, and the share of them that may be short. */
  gateSamples: 100,
  gateShort: 0.01,
  /** An open gate bears one jump of demand, and a skill that is worse by what is noise. */
  gateJumpSamples: 5,
  gateSkillNoise: 0.05,
  gateSkillMost: 2,
  gateHalfLifeMs: 24 * HOUR_MS,
  /** A shrink is armed for a day's rhythm, at least. */
  armedMs: 24 * HOUR_MS,
  /** A rollback leaves at least this over what is there. */
  rollbackFactor: 1.2,
  /** Doubled by each further rollback; forgotten so long after its end that nothing of it is on record any more. */
  quarantineMs: 24 * HOUR_MS,
  quarantineMostMs: 8 * 24 * HOUR_MS,
  quarantineForgottenMs: 8 * 24 * HOUR_MS,
  /** A kubelet backs off for 5 minutes at most, so a restart this long after a kill is its consequence. */
  restartAfterKillMs: 6 * MINUTE_MS,
  /** How long one pod tries a shrink before the others get it. Shorter evidence shortens it. */
  canaryMs: 15 * MINUTE_MS,
  /** Share of the functions that may shrink in one cycle. */
  shrinkShare: 0.1,
  /** So many rollbacks among so many shrinks of the suite stop all shrinking for a day. */
  shrinksCounted: 5,
  shrinksReverted: 3,
  shrinkStopMs: 24 * HOUR_MS,
  /** OpenFaaS Pro scales by millicores of use: a CPU limit stays this far above the use at which it adds a replica. */
  scaleTargetMargin: 1.5,
  /** After replicas changed the work spreads, new pods start, and the 60 s means of before run out. */
  scaleSettlingMs: 2 * MINUTE_MS,
  /** How long a function is left alone that somebody else scaled after Foresize did. */
  scaleLeftMs: 24 * HOUR_MS,
  /** The kernel's smallest CFS quota is 1 ms in 100 ms, and cpu.shares of 2 is 2m; an empty process needs 4 MiB. */
  cpuLimitFloor: 0.01,
  cpuRequestFloor: 0.002,
  memoryFloor: 4 * 2 ** 20,
} as const;
