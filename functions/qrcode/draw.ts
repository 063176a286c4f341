import { PNG } from 'pngjs';
import type { Matrix } from './encode.ts';

const LIGHT = 255;
/** Light modules around the code, as ISO/IEC 18004 asks. */
const QUIET_MODULES = 4;

/** Whole pixels a module: a blurred edge is what makes a dense code unreadable. */
function pixelsPerModule(size: number, side: number): number {
  return Math.floor(side / (size + 2 * QUIET_MODULES));
}

/** One row of modules as grey pixels, centred. */
function drawRow({ size, modules }: Matrix, row: number, scale: number, line: Uint8Array): void {
  line.fill(LIGHT);
  const left = Math.floor((line.length - size * scale) / 2);
  for (let column = 0; column < size; column += 1) {
    if (modules[row * size + column] === 1) {
      line.fill(0, left + column * scale, left + (column + 1) * scale);
    }
  }
}

/** A PNG of `side` × `side` grey pixels, the code centred in it. Throws a RangeError if a module gets no whole pixel. */
export function drawMatrix(matrix: Matrix, side: number): Buffer {
  const scale = pixelsPerModule(matrix.size, side);
  if (scale < 1) throw new RangeError(`${matrix.size} modules do not fit in ${side} pixels`);
  const pixels = new Uint8Array(side * side).fill(LIGHT);
  const top = Math.floor((side - matrix.size * scale) / 2);
  const line = new Uint8Array(side);
  for (let row = 0; row < matrix.size; row += 1) {
    drawRow(matrix, row, scale, line);
    for (let y = top + row * scale; y < top + (row + 1) * scale; y += 1) pixels.set(line, y * side);
  }
  return encodePng(pixels, side);
}

/** Eight-bit grey. No filter and the fastest deflate: the rows are already runs, and the rest would cost time only. */
function encodePng(pixels: Uint8Array, side: number): Buffer {
  const png = new PNG({ width: side, height: side });
  png.data = Buffer.from(pixels.buffer);
  return PNG.sync.write(png, { colorType: 0, inputColorType: 0, filterType: 0, deflateLevel: 1 });
}
