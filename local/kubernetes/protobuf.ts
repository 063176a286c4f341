/** One field of a message: a number for a varint, bytes for what has a length. Other wire types are passed over. */
export interface WireField {
  readonly number: number;
  readonly value: number | Uint8Array;
}

/** Reads a Protocol Buffers message field by field. Throws RangeError where it is cut short or malformed. */
export function* readFields(bytes: Uint8Array): Generator<WireField> {
  let offset = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 1; ; shift *= 128) {
      const byte = bytes[offset++];
      if (byte === undefined || shift > 2 ** 63) throw new RangeError('a varint is cut short');
      value += (byte & 127) * shift;
      if (byte < 128) return value;
    }
  };
  const take = (length: number): Uint8Array => {
    if (length > bytes.length - offset) throw new RangeError('a field is cut short');
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  while (offset < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() };
        break;
      case 1:
        take(8);
        break;
      case 2:
        yield { number, value: take(varint()) };
        break;
      case 5:
        take(4);
        break;
      default:
        throw new RangeError(`wire type ${tag % 8} is not known`);
    }
  }
}
