import { byImpact, totalsOf } from '#core/recommend/ranking.ts';
import type { Recommendation } from '#core/recommend/recommendation.ts';
import type { Report } from '../../../cli/recommend/report.ts';

const MI = 2 ** 20;

export const AT = Date.UTC(2026, 5, 15, 12);

export const WASTEFUL: Recommendation = {
  namespace: 'openfaas-fn',
  name: 'idle',
  pods: 2,
  from: {
    cpuRequestCores: 0.1,
    cpuLimitCores: null,
    memoryRequestBytes: 128 * MI,
    memoryLimitBytes: 256 * MI,
  },
  to: {
    cpuRequestCores: 0.006,
    cpuLimitCores: null,
    memoryRequestBytes: 22 * MI,
    memoryLimitBytes: 24 * MI,
  },
  reason: 'waste',
  confidence: { level: 'high', reason: '8d of use known, and the forecasts held' },
  use: {
    cpu: { p50: 0.004, p95: 0.005, peak: 0.005 },
    memory: { p50: 19 * MI, p95: 20 * MI, peak: 20 * MI },
  },
  stretch: null,
  savedCpuCores: 0.188,
  savedMemoryBytes: 212 * MI,
  knownMs: 8 * 86_400_000,
  steps: [],
};

const THROTTLED: Recommendation = {
  ...WASTEFUL,
  name: 'slow',
  pods: 1,
  from: { ...WASTEFUL.from, cpuRequestCores: 0.05, cpuLimitCores: 0.1 },
  to: { ...WASTEFUL.from, cpuRequestCores: 0.099, cpuLimitCores: 0.48 },
  reason: 'throttled',
  confidence: { level: 'medium', reason: '1h of use known, of 8d' },
  use: {
    cpu: { p50: 0.06, p95: 0.09, peak: 0.09 },
    memory: { p50: 100 * MI, p95: 110 * MI, peak: 110 * MI },
  },
  stretch: 3,
  savedCpuCores: -0.049,
  savedMemoryBytes: 0,
};

const RECOMMENDATIONS = [WASTEFUL, THROTTLED];

export const REPORT: Report = {
  target: 'the local platform, namespace openfaas-fn',
  at: AT,
  recommendations: byImpact(RECOMMENDATIONS),
  totals: totalsOf(RECOMMENDATIONS),
  problems: [{ name: 'wrong', problem: 'foresize/mode: "maybe" must be one of off, recommend, apply' }],
  notes: ['calls are not known'],
};
