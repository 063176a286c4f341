import { expect } from 'chai';
import { printLine } from '../../../cli/live/line.ts';
import { terminalSvg } from '../../../scripts/screenshots/terminal-svg.ts';

const WIDTH = 8.4;

/** Each piece of text with its column, its colour and whether it is bold. */
function piecesOf(svg: string): { text: string; column: number; colour: string | null; isBold: boolean }[] {
  return [
    ...svg.matchAll(/<text x="([\d.]+)" [^>]*?(?: fill="([^"]+)")?( font-weight="bold")?>([^<]*)</g),
  ].map(([, x, colour = null, bold, text = '']) => ({
    text,
    column: Math.round((Number(x) - 18) / WIDTH),
    colour,
    isBold: bold !== undefined,
  }));
}

describe("A terminal's output as a picture", () => {
  const line = (colour: boolean): string =>
    printLine(
      [{ text: 'qrcode  ', style: 'bold' }, { text: 'a < b', style: 'red' }, { text: '   5m' }],
      80,
      colour,
    );

  it('has each word at its column, with its colour', () => {
    expect(piecesOf(terminalSvg(`${line(true)}\n`, 'title'))).to.deep.equal([
      { text: 'qrcode', column: 0, colour: null, isBold: true },
      { text: 'a &lt; b', column: 8, colour: '#ff8f85', isBold: false },
      { text: '5m', column: 16, colour: null, isBold: false },
    ]);
  });

  it('is as large as the text, and says what it is', () => {
    const svg = terminalSvg(`${line(false)}\n\n${line(false)}\n`, 'a & b');
    expect(svg).to.include('<title>a &amp; b</title>');
    expect(svg).to.match(new RegExp(`width="${Math.ceil(18 * WIDTH + 36)}" height="${3 * 19 + 36}"`));
  });
});
