import { CHANNELS, type Picture } from './picture.ts';

/** Light is not proportional to a byte's value: byte ↦ byte^2.2, which is sRGB's curve to within 2 %. */
const GAMMA = 2.2;
const LINEAR = Float32Array.from({ length: 256 }, (_, byte) => (byte / 255) ** GAMMA);

/** Scaled down so that the longer side has at most `side` pixels, each the mean light of those it covers. */
export function shrink(picture: Picture, side: number): Picture {
  const scale = Math.min(1, side / Math.max(picture.width, picture.height));
  const width = Math.max(1, Math.round(picture.width * scale));
  const height = Math.max(1, Math.round(picture.height * scale));
  const light = inLinearLight(picture.data);
  const data = new Uint8Array(width * height * CHANNELS);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const into = data.subarray((y * width + x) * CHANNELS, (y * width + x + 1) * CHANNELS);
      meanOf(light, picture, edges(x, picture.width, width), edges(y, picture.height, height), into);
    }
  }
  return { width, height, data };
}

/** A loop, since `Float32Array.from` takes ten times as long. */
function inLinearLight(bytes: Uint8Array): Float32Array {
  const light = new Float32Array(bytes.length);
  for (let at = 0; at < bytes.length; at += 1) light[at] = LINEAR[bytes[at] ?? 0] ?? 0;
  return light;
}

type Edges = readonly [from: number, to: number];

/** The pixels of `from` that pixel `at` of `to` covers, at least one. */
function edges(at: number, from: number, to: number): Edges {
  const first = Math.floor((at * from) / to);
  return [first, Math.max(first + 1, Math.floor(((at + 1) * from) / to))];
}

function meanOf(
  light: Float32Array,
  { width }: Picture,
  [left, right]: Edges,
  [top, bottom]: Edges,
  into: Uint8Array,
): void {
  const count = (right - left) * (bottom - top);
  for (let channel = 0; channel < CHANNELS; channel += 1) {
    let sum = 0;
    for (let y = top; y < bottom; y += 1) {
      for (let x = left; x < right; x += 1) sum += light[(y * width + x) * CHANNELS + channel] ?? 0;
    }
    into[channel] = Math.round(255 * (sum / count) ** (1 / GAMMA));
  }
}
