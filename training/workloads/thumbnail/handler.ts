import type { FunctionEvent, FunctionResponse } from '#template/types.ts';
import { drawPicture } from './draw.ts';
import { decodePng, encodePng } from './png.ts';
import { shrink } from './shrink.ts';

/** Pixels of a thumbnail's longer side. */
const SIDE = 128;
const PNG_SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');

/**
 * A picture in, its thumbnail out, both PNG. A body that is no PNG is a text to draw the picture of, so that load needs
 * no files: the longer the text, the larger the picture. Memory-bound: 20 bytes a pixel, as bytes and in linear light.
 */
export default function handle(event: FunctionEvent): FunctionResponse {
  const isPng = event.body.subarray(0, PNG_SIGNATURE.length).equals(PNG_SIGNATURE);
  const picture = isPng ? decodePng(event.body) : drawPicture(event.text());
  return { body: encodePng(shrink(picture, SIDE)), headers: { 'content-type': 'image/png' } };
}
