import { CHANNELS, type Picture } from './picture.ts';

/** Pixels of the shorter side for an empty text, more for each byte, and at most. */
const LEAST_SIDE = 320;
const SIDE_PER_BYTE = 5;
const MOST_SIDE = 2400;
const LEAST_BANDS = 3;

/** A picture of coloured bands with a rise of light from left to right: its size by the text's length, its colours by its letters. */
export function drawPicture(text: string): Picture {
  const letters = Buffer.from(text);
  const height = Math.min(MOST_SIDE, LEAST_SIDE + SIDE_PER_BYTE * letters.length);
  const width = Math.floor((height * 4) / 3);
  const data = new Uint8Array(width * height * CHANNELS);
  const bands = Math.max(LEAST_BANDS, Math.min(letters.length, 64));
  for (let y = 0; y < height; y += 1) {
    const band = Math.floor((y * bands) / height);
    drawRow(data.subarray(y * width * CHANNELS, (y + 1) * width * CHANNELS), letters[band] ?? band * 40);
  }
  return { width, height, data };
}

function drawRow(row: Uint8Array, colour: number): void {
  for (let at = 0; at < row.length; at += CHANNELS) {
    const light = at / row.length;
    row[at] = ((colour * 37) & 255) * light;
    row[at + 1] = ((colour * 59) & 255) * light;
    row[at + 2] = ((colour * 83) & 255) * light;
    row[at + 3] = 255;
  }
}
