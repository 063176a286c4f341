/** Columns and rows are this large, in the picture's units. */
const CELL = { width: 8.4, height: 19 };
const FONT_SIZE = 14;
const PADDING = 18;

/** What Foresize's own output uses of SGR codes; the colours of a dark terminal. */
const COLOURS: Readonly<Record<string, string>> = {
  31: '#ff8f85',
  32: '#7fd39b',
  33: '#f0b35a',
  90: '#9aa7b3',
};

interface Run {
  readonly text: string;
  readonly colour: string | null;
  readonly isBold: boolean;
}

/** A terminal's text with its colours as a picture: real text, that needs no font of its own. */
export function terminalSvg(output: string, title: string): string {
  const lines = output.trimEnd().split('\n').map(runsOf);
  const columns = Math.max(...lines.map((runs) => runs.reduce((sum, { text }) => sum + text.length, 0)));
  const width = Math.ceil(columns * CELL.width + 2 * PADDING);
  const height = Math.ceil(lines.length * CELL.height + 2 * PADDING);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#151b21"/>`,
    `<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="${FONT_SIZE}" fill="#e7ecf0" xml:space="preserve">`,
    ...lines.flatMap((runs, row) => lineOf(runs, PADDING + (row + 0.75) * CELL.height)),
    '</g>',
    '</svg>',
    '',
  ].join('\n');
}

/** Each word at its column and as wide as its cells, so that columns stand in line in any font. */
function lineOf(runs: readonly Run[], y: number): string[] {
  let column = 0;
  return runs.flatMap(({ text, colour, isBold }) => {
    const from = column;
    column += text.length;
    return [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: words, index }) => {
      const x = (PADDING + (from + index) * CELL.width).toFixed(1);
      const length = (words.length * CELL.width).toFixed(1);
      const style = `${colour === null ? '' : ` fill="${colour}"`}${isBold ? ' font-weight="bold"' : ''}`;
      return `<text x="${x}" y="${y.toFixed(1)}" textLength="${length}" lengthAdjust="spacingAndGlyphs"${style}>${escaped(words)}</text>`;
    });
  });
}

function runsOf(line: string): readonly Run[] {
  const runs: Run[] = [];
  let colour: string | null = null;
  let isBold = false;
  // eslint-disable-next-line no-control-regex
  for (const part of line.split(/(\u001B\[\d+m)/)) {
    // eslint-disable-next-line no-control-regex
    const code = /^\u001B\[(\d+)m$/.exec(part)?.[1];
    if (code === undefined) {
      if (part !== '') runs.push({ text: part, colour, isBold });
    } else if (code === '1' || code === '22') isBold = code === '1';
    else colour = COLOURS[code] ?? null;
  }
  return runs;
}

const escaped = (text: string): string =>
  text.replace(/[&<>]/g, (sign) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[sign] ?? sign);
