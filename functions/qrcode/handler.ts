import type { FunctionEvent, FunctionResponse } from '#template/types.ts';
import { drawMatrix } from './draw.ts';
import { encodeText } from './encode.ts';

/** Pixels on each side of the image. */
const SIDE = 256;

/** Text in, a QR code of it out: a PNG of 256 × 256 pixels. */
export default function handle(event: FunctionEvent): FunctionResponse {
  const image = drawMatrix(encodeText(event.text()), SIDE);
  return { body: image, headers: { 'content-type': 'image/png' } };
}
