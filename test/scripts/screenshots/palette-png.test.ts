import { expect } from 'chai';
import { PNG } from 'pngjs';
import { toPalettePng } from '../../../scripts/screenshots/palette-png.ts';

/** A picture of these colours, 0xRRGGBB, one a pixel. */
function pictureOf(width: number, colours: readonly number[]): Buffer {
  const png = new PNG({ width, height: colours.length / width });
  colours.forEach((colour, pixel) => {
    png.data.writeUInt32BE(colour * 256 + 255, 4 * pixel);
  });
  return PNG.sync.write(png);
}

function coloursOf(contents: Buffer): { readonly width: number; readonly colours: readonly number[] } {
  const { width, height, data } = PNG.sync.read(contents);
  return {
    width,
    colours: Array.from({ length: width * height }, (_, pixel) => data.readUIntBE(4 * pixel, 3)),
  };
}

describe('A picture with a palette', () => {
  it('is the same picture where it has few colours', () => {
    const colours = [0xff0000, 0x00ff00, 0x0000ff, 0xffffff, 0x000000, 0x123456];
    expect(coloursOf(toPalettePng(pictureOf(3, colours)))).to.deep.equal({ width: 3, colours });
  });

  it('has the nearest colour in place of one that is used least', () => {
    const used = Array.from({ length: 256 }, (_, index) => index * 0x010101);
    const colours = [...used, ...used, 0x808081, 0x000000];
    const told = coloursOf(toPalettePng(pictureOf(2, colours))).colours;
    expect(told.slice(0, 512)).to.deep.equal(colours.slice(0, 512));
    expect(told[512]).to.equal(0x808080);
  });
});
