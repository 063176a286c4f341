/** Red, green, blue, alpha: one byte each. */
export const CHANNELS = 4;

/** Pixels row by row, `CHANNELS` bytes each. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}
