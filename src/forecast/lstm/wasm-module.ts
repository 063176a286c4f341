/** The few instructions of WebAssembly (core 2.0, with SIMD) that the kernel is made of, as their bytes. */

export type Code = readonly number[];

/** Types of values, by their bytes. */
export const I32 = 0x7f;
export const V128 = 0x7b;

const VOID = 0x40;
const END = 0x0b;

/** LEB128, unsigned. */
function unsigned(value: number): Code {
  return value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...unsigned(Math.floor(value / 0x80))];
}

/** LEB128, signed. */
function signed(value: number): Code {
  const low = value & 0x7f;
  const rest = value >> 7;
  const ends = (rest === 0 && low < 0x40) || (rest === -1 && low >= 0x40);
  return ends ? [low] : [low | 0x80, ...signed(rest)];
}

const simd = (instruction: number): Code => [0xfd, ...unsigned(instruction)];

export const get = (local: number): Code => [0x20, ...unsigned(local)];
export const set = (local: number, value: Code): Code => [...value, 0x21, ...unsigned(local)];
export const call = (fn: number, ...args: Code[]): Code => [...args.flat(), 0x10, ...unsigned(fn)];

export const i32 = (value: number): Code => [0x41, ...signed(value)];
export const i32Add = (a: Code, b: Code): Code => [...a, ...b, 0x6a];
export const isLess = (a: Code, b: Code): Code => [...a, ...b, 0x49];

/** Adds to a local. */
export const advance = (local: number, by: number): Code => set(local, i32Add(get(local), i32(by)));

/** Runs at least once, and again while the condition holds. */
export const doWhile = (body: Code, condition: Code): Code => [
  ...[0x03, VOID],
  ...body,
  ...condition,
  ...[0x0d, 0],
  END,
];

/** Copies bytes within the memory. */
export const copy = (to: Code, from: Code, bytes: number): Code => [
  ...to,
  ...from,
  ...i32(bytes),
  ...[0xfc, 0x0a, 0, 0],
];

/** Alignment is a hint: 4 bytes. */
const address = (offset: number): Code => [2, ...unsigned(offset)];
export const load = (pointer: Code, offset: number): Code => [...pointer, ...simd(0x00), ...address(offset)];
/** One float into all four lanes. */
export const loadSplat = (pointer: Code, offset: number): Code => [
  ...pointer,
  ...simd(0x09),
  ...address(offset),
];
export const store = (pointer: Code, offset: number, value: Code): Code => [
  ...pointer,
  ...value,
  ...simd(0x0b),
  ...address(offset),
];

/** The same float in all four lanes. */
export const splat = (value: number): Code => {
  const bytes = [...new Uint8Array(Float32Array.of(value).buffer)];
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes];
};
/** The same integer in all four lanes. */
export const splatI32 = (value: number): Code => {
  const bytes = [...new Uint8Array(Int32Array.of(value).buffer)];
  return [...simd(0x0c), ...bytes, ...bytes, ...bytes, ...bytes];
};

const unary =
  (instruction: number) =>
  (a: Code): Code => [...a, ...simd(instruction)];
const binary =
  (instruction: number) =>
  (a: Code, b: Code): Code => [...a, ...b, ...simd(instruction)];

export const negate = unary(0xe1);
export const add = binary(0xe4);
export const subtract = binary(0xe5);
export const multiply = binary(0xe6);
export const divide = binary(0xe7);
/** `a` unless `b` is less: one instruction of the machine, where IEEE 754's minimum is many. */
export const least = binary(0xea);
/** `a` unless `b` is greater. */
export const greatest = binary(0xeb);
export const addI32 = binary(0xae);
export const shiftLeft = (a: Code, bits: number): Code => [...a, ...i32(bits), ...simd(0xab)];

export interface WasmFunction {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
  /** Types of the locals, which follow the parameters in number. */
  readonly locals: readonly number[];
  readonly body: Code;
}

/** A module of these functions, the last exported as `run`, and of one memory, exported as `memory`. */
export function wasmModule(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const types = functions.map(({ parameters, results }) => [0x60, ...bytes(parameters), ...bytes(results)]);
  const bodies = functions.map(({ locals, body }) =>
    bytes([...list(locals.map((type) => [1, type])), ...body, END]),
  );
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, list(types)),
    ...section(3, list(functions.map((_, i) => unsigned(i)))),
    ...section(5, [1, 0, ...unsigned(pages)]),
    ...section(
      7,
      list([
        [...name('memory'), 2, 0],
        [...name('run'), 0, ...unsigned(functions.length - 1)],
      ]),
    ),
    ...section(10, list(bodies)),
  ]);
}

const bytes = (content: Code): Code => [...unsigned(content.length), ...content];
const list = (items: readonly Code[]): Code => [...unsigned(items.length), ...items.flat()];
const section = (id: number, content: Code): Code => [id, ...bytes(content)];
const name = (text: string): Code => bytes(Array.from(text, (letter) => letter.charCodeAt(0)));
