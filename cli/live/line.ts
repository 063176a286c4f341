import { styleText } from 'node:util';

export type Style = 'bold' | 'green' | 'gray' | 'red' | 'yellow';

/** A piece of a line in one style. */
export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** One line of a terminal, without escapes: what is measured and cut is what is seen. */
export type Line = readonly Span[];

/** The line as text, at most `columns` wide, with its styles if `colour`. Cut first, so that an escape is never cut. */
export function printLine(line: Line, columns: number, colour: boolean): string {
  return cut(line, columns)
    .map(({ text, style }) =>
      // Whoever asks has looked at the terminal already; Node 22 and later would look again, at its own stdout.
      colour && style ? styleText(style, text, { validateStream: false }) : text,
    )
    .join('');
}

function cut(line: Line, columns: number): Line {
  const width = line.reduce((sum, { text }) => sum + text.length, 0);
  if (width <= columns) return line;
  const kept: Span[] = [];
  let room = Math.max(0, columns - 1);
  for (const { text, style } of line) {
    if (text.length > room) {
      kept.push({ text: `${text.slice(0, room)}…`, style });
      break;
    }
    kept.push({ text, style });
    room -= text.length;
  }
  return kept;
}

/** Breaks text between words into pieces of at most `width`; a longer word is broken. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((whole) => pieces(whole, width))) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const count = Math.max(1, Math.ceil(word.length / width));
  return Array.from({ length: count }, (_, index) => word.slice(index * width, (index + 1) * width));
}
