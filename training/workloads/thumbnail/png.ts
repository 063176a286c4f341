import { PNG } from 'pngjs';
import type { Picture } from './picture.ts';

/** Pixels of the largest picture taken: 20 bytes each are 320 MB. */
const MOST_PIXELS = 16_000_000;
/** Of the width in the header that every PNG begins with; the height follows. */
const WIDTH_AT = 16;

/** Throws an error that the template answers as a 400 for what is no PNG, and as a 413 for one too large. */
export function decodePng(body: Buffer): Picture {
  if (body.length >= WIDTH_AT + 8) requireSmall(body.readUInt32BE(WIDTH_AT), body.readUInt32BE(WIDTH_AT + 4));
  try {
    return PNG.sync.read(body);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw refusal(400, 'picture-invalid', `The body is no whole PNG: ${reason}`);
  }
}

/** Before anything is allocated: a few bytes can announce gigabytes. */
function requireSmall(width: number, height: number): void {
  if (width * height <= MOST_PIXELS) return;
  throw refusal(413, 'picture-too-large', `${width} × ${height} pixels are more than ${MOST_PIXELS}`);
}

export function encodePng({ width, height, data }: Picture): Buffer {
  const png = new PNG({ width, height });
  png.data.set(data);
  return PNG.sync.write(png);
}

function refusal(status: number, code: string, message: string): Error {
  return Object.assign(new Error(message), { status, code });
}
