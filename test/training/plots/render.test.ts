import { expect } from 'chai';
import { PNG } from 'pngjs';
import { type Plot, renderPng, renderSvg } from '../../../training/plots/render.ts';
import { renderFiles } from '../../../training/plots/plot-files.ts';
import { DARK, LIGHT } from '../../../training/plots/theme.ts';

function lines(description: string, values: readonly number[]): Plot {
  return {
    description,
    width: 200,
    height: 100,
    data: {
      values: values.flatMap((value, x) => [
        { x, value, name: 'use' },
        { x, value: value / 2, name: 'forecast' },
      ]),
    },
    mark: { type: 'line', clip: true },
    encoding: {
      x: { field: 'x', type: 'quantitative' },
      y: { field: 'value', type: 'quantitative' },
      color: { field: 'name', type: 'nominal', sort: null },
    },
  };
}

const idsOf = (svg: string): string[] => [...svg.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? '');

describe('a plot', () => {
  it('is an SVG document that needs nothing else and says what it shows', async () => {
    const svg = await renderSvg(lines('Use & "forecast" <cores>', [1, 2, 4]));
    expect(svg).to.match(/^<svg [^>]*viewBox="0 0 \d+ \d+"/);
    expect(svg).to.contain('role="img" aria-label="Use &#38; &#34;forecast&#34; &#60;cores&#62;"');
    expect(svg).not.to.match(/(href|src)="http|url\((?!#)/);
  });

  it('is the same each time it is drawn', async () => {
    const once = await renderSvg(lines('Use', [1, 2, 4]));
    expect((await renderSvg(lines('Use', [1, 2, 4]))) === once).to.be.true;
  });

  it('draws its series in the colours of the theme', async () => {
    const light = await renderSvg(lines('Use', [1, 2]), 'light');
    const dark = await renderSvg(lines('Use', [1, 2]), 'dark');
    for (const i of [0, 1]) {
      expect(light).to.contain(`stroke="${LIGHT.series[i]!}"`);
      expect(dark).to.contain(`stroke="${DARK.series[i]!}"`);
    }
    expect(dark).not.to.contain(LIGHT.ink);
  });

  it('for both themes is light, and exchanges every colour on dark screens only', async () => {
    const svg = await renderSvg(lines('Use', [1, 2]), 'both');
    const [, style = ''] = /<style>(.*)<\/style>/.exec(svg) ?? [];
    expect(style).to.match(/^@media screen and \(prefers-color-scheme:dark\)/);
    const drawn = svg.replace(/<style>.*<\/style>/, '');
    const colours = new Set([...drawn.matchAll(/(?:fill|stroke)="(#[^"]+)"/g)].map(([, colour]) => colour));
    expect(colours).to.include(LIGHT.paper).and.include(LIGHT.series[0]);
    for (const colour of colours) expect(style, colour).to.contain(`="${colour ?? ''}"]`);
  });

  it('shares no id with another in the same page', async () => {
    const one = idsOf(await renderSvg(lines('Use', [1, 2])));
    const other = idsOf(await renderSvg(lines('Use', [3, 2])));
    expect(one).not.to.be.empty;
    expect(one.filter((id) => other.includes(id))).to.be.empty;
  });

  it('finds its own clips by the ids it gave them', async () => {
    const svg = await renderSvg(lines('Use', [1, 2]));
    const used = [...svg.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(idsOf(svg)).to.include.members(used);
  });

  it('as a picture is twice as large by default and not empty', async () => {
    const svg = await renderSvg(lines('Use', [1, 2, 4]), 'light');
    const [, width, height] = /width="(\d+)" height="(\d+)"/.exec(svg) ?? [];
    const picture = PNG.sync.read(await renderPng(svg));
    expect([picture.width, picture.height]).to.deep.equal([2 * Number(width), 2 * Number(height)]);
    expect(
      new Set(new Uint32Array(picture.data.buffer, picture.data.byteOffset, picture.width * picture.height))
        .size,
    ).to.be.above(10);
    expect((await renderPng(lines('Use', [1, 2, 4]), 1)).length).to.be.above(0);
  });

  it('is written in the formats that are asked for, SVG by default', async () => {
    const plots = { use: lines('Use', [1, 2]) };
    expect(Object.keys(await renderFiles(plots))).to.deep.equal(['use.svg']);
    const files = await renderFiles(plots, ['svg', 'png']);
    expect(files['use.svg']).to.equal(await renderSvg(plots.use));
    expect(PNG.sync.read(Buffer.from(files['use.png']!)).width).to.be.above(200);
  });

  it('is refused where Vega-Lite would only warn', async () => {
    const wrong: Plot = {
      ...lines('Use', [1]),
      encoding: { x: { field: 'x' }, size: { field: 'x', type: 'nominal' } },
    };
    const failure = await renderSvg(wrong).catch((error: unknown) => error);
    expect(failure)
      .to.be.an('error')
      .with.property('message')
      .that.matches(/^the plot cannot be drawn: /);
  });
});
