import { create } from 'qrcode';

/** A square of modules, row by row; 1 is dark. */
export interface Matrix {
  readonly size: number;
  readonly modules: Uint8Array;
}

/** An error that the template answers as a 400. */
function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { status: 400, code });
}

/** What the largest version holds with medium error correction: digits, which are packed closest. */
const MOST_DIGITS = 5596;

function tooLong(text: string): Error {
  const bytes = Buffer.byteLength(text);
  return refusal(
    'text-too-long',
    `The text has ${bytes} bytes; a QR code with medium error correction holds 2331`,
  );
}

/**
 * The QR code of a text in the smallest version (21 to 177 modules a side) that holds it, with medium error
 * correction: 15 % of it may be unreadable. Throws a 400 for an empty text, and for one that no version holds:
 * at most 2331 bytes, or 3391 capital letters, or 5596 digits.
 */
export function encodeText(text: string): Matrix {
  if (text === '') throw refusal('text-empty', 'Send the text to encode as the body; it was empty');
  if (text.length > MOST_DIGITS) throw tooLong(text);
  try {
    const { modules } = create(text, { errorCorrectionLevel: 'M' });
    return { size: modules.size, modules: modules.data };
  } catch (error) {
    if (error instanceof Error && error.message.includes('too big')) throw tooLong(text);
    throw error;
  }
}
