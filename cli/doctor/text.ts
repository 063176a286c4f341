import { type Line, printLine, type Span, type Style, wrapText } from '../live/line.ts';
import { type Finding, type Level, LEVELS, SUBJECTS } from './finding.ts';
import type { Report } from './report.ts';

const STYLES: Readonly<Record<Level, Style>> = {
  problem: 'red',
  warning: 'yellow',
  unknown: 'gray',
  ok: 'green',
};

export interface TextOptions {
  readonly columns: number;
  readonly colour: boolean;
  /** Without what stands before and after the findings. */
  readonly quiet: boolean;
}

/** Widest line that is still read at a glance. */
const WIDEST = 110;
/** Narrower than this, what was found stands below its check. */
const NARROWEST = 30;

/** The findings for a terminal, by subject, each with what to do; and how many there are of each kind. */
export function reportText(report: Report, { columns, colour, quiet }: TextOptions): string {
  const { findings } = report;
  const width = Math.min(columns, WIDEST);
  const layout = layoutOf(findings, width);
  const sections = SUBJECTS.flatMap((subject) => {
    const own = findings.filter((finding) => finding.subject === subject);
    return own.length === 0 ? [] : [heading(subject), ...own.flatMap((finding) => linesOf(finding, layout))];
  });
  const lines = quiet ? sections : [[{ text: report.target }], [], ...sections, [], summary(report)];
  return lines.map((line) => `${printLine(line, width, colour).trimEnd()}\n`).join('');
}

const heading = (subject: string): Line => [{ text: subject, style: 'bold' }];

interface Layout {
  readonly levelWidth: number;
  readonly checkWidth: number;
  /** Where what was found begins. */
  readonly indent: number;
  readonly width: number;
  /** Whether it begins on a line of its own. */
  readonly isNarrow: boolean;
}

function layoutOf(findings: readonly Finding[], width: number): Layout {
  const widest = (texts: readonly string[]): number =>
    texts.reduce((most, text) => Math.max(most, text.length), 0);
  const levelWidth = widest(findings.map(({ level }) => level));
  const checkWidth = widest(findings.map(({ check }) => check));
  const indent = 2 + levelWidth + 2 + checkWidth + 2;
  const isNarrow = width - indent < NARROWEST;
  return { levelWidth, checkWidth, indent: isNarrow ? 4 : indent, width, isNarrow };
}

function linesOf({ level, check, found, advice }: Finding, layout: Layout): readonly Line[] {
  const { levelWidth, checkWidth, isNarrow } = layout;
  const head: Line = [
    { text: '  ' },
    { text: level.padEnd(levelWidth), style: STYLES[level] },
    { text: `  ${check.padEnd(checkWidth)}  ` },
  ];
  const [first = '', ...more] = wrapped(found, layout);
  const below = (isNarrow ? [first, ...more] : more).map((text) => indented([{ text }], layout));
  const todo =
    advice === null
      ? []
      : wrapped(`→ ${advice}`, layout).map((text) => indented([{ text, style: 'bold' }], layout));
  return [isNarrow ? head : [...head, { text: first }], ...below, ...todo];
}

const wrapped = (text: string, { width, indent }: Layout): readonly string[] =>
  wrapText(text, Math.max(1, width - indent));

const indented = (spans: readonly Span[], { indent }: Layout): Line => [
  { text: ' '.repeat(indent) },
  ...spans,
];

const PLURALS: Readonly<Record<Level, string>> = {
  problem: 'problems',
  warning: 'warnings',
  unknown: 'unknown',
  ok: 'ok',
};

/** `2 problems, 1 warning, 14 ok` */
function summary({ counts }: Report): Line {
  const parts = LEVELS.filter((level) => counts[level] > 0).map((level) => ({
    text: `${counts[level]} ${counts[level] === 1 ? level : PLURALS[level]}`,
    style: STYLES[level],
  }));
  return parts.flatMap((part, index): Span[] => (index === 0 ? [part] : [{ text: ', ' }, part]));
}
