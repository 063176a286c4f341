import { PNG } from 'pngjs';
import type { Matrix } from './encode.ts';

/** Red, green, blue, alpha. */
const CHANNELS = 4;
const LIGHT = 255;
/** Light modules around the code, as ISO/IEC 18004 asks. */
const QUIET_MODULES = 4;

/** Draws one row of modules into a line of pixels, centred. */
function drawRow({ size, modules }: Matrix, row: number, scale: number, line: Buffer): void {
  line.fill(LIGHT);
  const left = Math.floor((line.length / CHANNELS - size * scale) / 2);
  for (let module = 0; module < size; module += 1) {
    if (modules[row * size + module] !== 1) continue;
    for (let x = left + module * scale; x < left + (module + 1) * scale; x += 1) {
      line.fill(0, x * CHANNELS, x * CHANNELS + CHANNELS - 1);
    }
  }
}

/**
 * A PNG of `side` × `side` pixels with the code centred in it. A module is a whole number of pixels: blurred edges
 * make a dense code unreadable. Throws a RangeError if that number is 0.
 */
export function drawMatrix(matrix: Matrix, side: number): Buffer {
  const scale = Math.floor(side / (matrix.size + 2 * QUIET_MODULES));
  if (scale < 1) throw new RangeError(`${matrix.size} modules do not fit in ${side} pixels`);
  const png = new PNG({ width: side, height: side });
  png.data.fill(LIGHT);
  const top = Math.floor((side - matrix.size * scale) / 2);
  const line = Buffer.alloc(side * CHANNELS);
  for (let row = 0; row < matrix.size; row += 1) {
    drawRow(matrix, row, scale, line);
    for (let y = top + row * scale; y < top + (row + 1) * scale; y += 1) line.copy(png.data, y * line.length);
  }
  return PNG.sync.write(png);
}
