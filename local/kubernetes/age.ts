const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

interface Step {
  readonly under: number;
  readonly unit: number;
  readonly letter: string;
  readonly rest?: readonly [unit: number, letter: string];
}

/** Steps of k8s.io/apimachinery/pkg/util/duration.HumanDuration: below `under`, whole `unit`s and the rest in `rest`. */
const STEPS: readonly Step[] = [
  { under: 2 * MINUTE, unit: SECOND, letter: 's' },
  { under: 10 * MINUTE, unit: MINUTE, letter: 'm', rest: [SECOND, 's'] },
  { under: 3 * HOUR, unit: MINUTE, letter: 'm' },
  { under: 8 * HOUR, unit: HOUR, letter: 'h', rest: [MINUTE, 'm'] },
  { under: 2 * DAY, unit: HOUR, letter: 'h' },
  { under: 8 * DAY, unit: DAY, letter: 'd', rest: [HOUR, 'h'] },
];

const DAYS: Step = { under: Infinity, unit: DAY, letter: 'd' };

/** How long ago an RFC 3339 time was, as kubectl prints it: `45s`, `3m20s`, `5h`. */
export function formatAge(time: string, nowMs: number): string {
  const ms = nowMs - Date.parse(time);
  if (Number.isNaN(ms)) return '<unknown>';
  // Times are in whole seconds: an object just made may seem to come from the future.
  if (ms < 0) return ms < -2 * SECOND ? '<invalid>' : '0s';
  const step = STEPS.find(({ under }) => ms < under) ?? DAYS;
  const whole = `${Math.floor(ms / step.unit)}${step.letter}`;
  if (!step.rest) return whole;
  const [restUnit, restLetter] = step.rest;
  const rest = Math.floor((ms % step.unit) / restUnit);
  return rest === 0 ? whole : `${whole}${rest}${restLetter}`;
}
