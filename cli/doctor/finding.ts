/** Worst first. `unknown`: the check could not be made. */
export const LEVELS = ['problem', 'warning', 'unknown', 'ok'] as const;

export type Level = (typeof LEVELS)[number];

/** What is checked together, in the order in which it is told. */
export const SUBJECTS = ['cluster', 'gateway', 'metrics', 'identities', 'chain', 'functions'] as const;

export type Subject = (typeof SUBJECTS)[number];

/** What one check found. */
export interface Told {
  /** A few words: `in-place resize`. */
  readonly check: string;
  readonly level: Level;
  readonly found: string;
  /** What to do about it; null where nothing need be done. */
  readonly advice: string | null;
}

export interface Finding extends Told {
  readonly subject: Subject;
}

export const ok = (check: string, found: string): Told => ({ check, level: 'ok', found, advice: null });

export const warning = (check: string, found: string, advice: string): Told => ({
  check,
  level: 'warning',
  found,
  advice,
});

export const problem = (check: string, found: string, advice: string): Told => ({
  check,
  level: 'problem',
  found,
  advice,
});

/** Without advice where `found` says already what would let the check be made. */
export const unknown = (check: string, found: string, advice: string | null = null): Told => ({
  check,
  level: 'unknown',
  found,
  advice,
});

const MOST_NAMES = 5;

/** `a, b, c, d, e and 7 more` */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(', ');
  return names.length > MOST_NAMES ? `${shown} and ${names.length - MOST_NAMES} more` : shown;
}

/** `1 function`, `3 functions` */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
