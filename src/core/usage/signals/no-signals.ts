import type { Signals } from '../../messages/usage.ts';

/** The signals of a function of which nothing is known. */
export function noSignals(): Signals {
  return {
    stretch: null,
    throttledPeriods: 0,
    cpuSecondsPerCall: null,
    callsStartedPerSecond: null,
    callsInFlight: null,
    durationP95Seconds: null,
    durationCalls: 0,
    oomKills: [],
    restartedAtMs: null,
    notReady: false,
    notReadyThrottled: false,
    cpuSecondsUntilReady: null,
    lastCpuCores: null,
    lastMemoryBytes: null,
    maximumCpuCores: null,
    maximumMemoryBytes: null,
    censoredAtMs: null,
  };
}
