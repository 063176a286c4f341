/**
 * Several subjects measured in turn (A B C A B C …), so that whatever else the machine does meanwhile falls on all of
 * them and their ratios hold.
 */
import { cpuMsSince } from './measure.ts';
import { type Spread, spreadOf } from './spread.ts';

export interface Subject {
  readonly name: string;
  /** One repetition. Its number is never the same twice: the work must be on other data each time. */
  readonly work: (repetition: number) => unknown;
}

export interface Measured {
  readonly name: string;
  /** CPU time of one repetition, all threads, user and system; over rounds. */
  readonly cpuMs: Spread;
  /** The median over that of the first subject, round by round. */
  readonly ratio: number;
}

export interface Rounds {
  readonly rounds: number;
  /** CPU time of one subject in one round. */
  readonly roundMs: number;
}

const FEWEST_WARM = 3;

/** A subject on its way: how often it runs in a round, and what the rounds cost. */
interface Runner {
  readonly subject: Subject;
  readonly repetitions: number;
  readonly cpuMs: number[];
}

export function measureInterleaved(subjects: readonly Subject[], { rounds, roundMs }: Rounds): Measured[] {
  let repetition = 0;
  const run = ({ work }: Subject, times: number): number => {
    const before = process.cpuUsage();
    for (let i = 0; i < times; i++) work(repetition++);
    return cpuMsSince(before) / times;
  };
  const runners = subjects.map((subject): Runner => {
    const warm = warmUp((times) => run(subject, times), 3 * roundMs);
    return { subject, repetitions: Math.max(1, Math.round(roundMs / warm)), cpuMs: [] };
  });
  for (let round = 0; round < rounds; round++) {
    for (const { subject, repetitions, cpuMs } of runners) cpuMs.push(run(subject, repetitions));
  }
  const [first] = runners;
  return runners.map(({ subject, cpuMs }) => ({
    name: subject.name,
    cpuMs: spreadOf(cpuMs),
    ratio: spreadOf(cpuMs.map((ms, round) => ms / (first?.cpuMs[round] ?? NaN))).median,
  }));
}

/** Runs until so much CPU time is spent; the CPU time of a repetition at the end. */
function warmUp(run: (times: number) => number, untilMs: number): number {
  let times = FEWEST_WARM;
  let spent = 0;
  let each = run(1);
  while (spent < untilMs) {
    each = Math.max(run(times), 1e-4);
    spent += each * times;
    times = Math.max(times, Math.min(times * 2, Math.ceil(untilMs / each / 4)));
  }
  return each;
}
