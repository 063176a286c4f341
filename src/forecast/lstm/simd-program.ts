import type { KernelSize } from './kernel-weights.ts';
import {
  add,
  addI32,
  advance,
  call,
  type Code,
  copy,
  divide,
  doWhile,
  get,
  greatest,
  I32,
  i32,
  isLess,
  least,
  load,
  loadSplat,
  multiply,
  negate,
  set,
  shiftLeft,
  splat,
  splatI32,
  store,
  subtract,
  V128,
  wasmModule,
} from './wasm-module.ts';

/** Bytes of four floats. */
const VECTOR = 16;

/** Where things lie in the kernel's memory, in bytes; counts of floats are rounded up to vectors with zeros. */
export interface Layout {
  /** Inputs of one step and the outputs of the units, in floats: rounded up, the rest is 0. */
  readonly inputs: number;
  /** Units rounded up. */
  readonly units: number;
  /** Sums of the heads, four vectors or fewer at a time. */
  readonly headVectors: readonly number[];
  readonly gates: number;
  readonly heads: number;
  readonly state: number;
  readonly cell: number;
  readonly fresh: number;
  /** The first free byte: the sequence and its outputs. */
  readonly end: number;
}

export function layoutOf({ features, units, outputs }: KernelSize): Layout {
  const roundedUnits = roundUp(units);
  const inputs = roundUp(features + roundedUnits);
  const vectors = roundUp(outputs) / 4;
  const headVectors = Array.from({ length: Math.ceil(vectors / 4) }, (_, i) => Math.min(4, vectors - 4 * i));
  const heads = (roundedUnits / 4) * 4 * (inputs + 1) * VECTOR;
  const state = heads + vectors * (inputs + 1) * VECTOR;
  const cell = state + 4 * inputs;
  const fresh = cell + 4 * roundedUnits;
  return {
    inputs,
    units: roundedUnits,
    headVectors,
    gates: 0,
    heads,
    state,
    cell,
    fresh,
    end: fresh + 4 * roundedUnits,
  };
}

function roundUp(count: number): number {
  return Math.ceil(count / 4) * 4;
}

/** Functions of the module, by number. */
const SIGMOID = 0;

/** Locals of `run`: the first three are its parameters. */
const [STEPS, IN, OUT, WEIGHT, STATE, UNIT, INPUT] = [0, 1, 2, 3, 4, 5, 6] as const;
const SUMS = [7, 8, 9, 10] as const;
const CELL = 11;

/**
 * A module whose `run(steps, inputs, outputs)` computes a sequence, the latter two being addresses. Written for one
 * size of network, so that every bound and most addresses are constants.
 */
export function kernelModule(size: KernelSize): Uint8Array<ArrayBuffer> {
  const layout = layoutOf(size);
  const run = {
    parameters: [I32, I32, I32],
    results: [],
    locals: [I32, I32, I32, V128, V128, V128, V128, V128, V128],
    body: sequence(size, layout),
  };
  return wasmModule([sigmoid(), run], Math.ceil(layout.end / 65_536));
}

function sequence({ features, outputs }: KernelSize, layout: Layout): Code {
  const step = [
    ...copy(i32(layout.state), get(IN), 4 * features),
    ...set(WEIGHT, i32(layout.gates)),
    ...set(UNIT, i32(0)),
    ...doWhile(fourUnits(layout), isLess(get(UNIT), i32(4 * layout.units))),
    ...copy(i32(layout.state + 4 * features), i32(layout.fresh), 4 * layout.units),
    ...layout.headVectors.flatMap((vectors, block) => [
      ...sums(layout, vectors),
      ...SUMS.slice(0, vectors).flatMap((sum, i) => store(get(OUT), (4 * block + i) * VECTOR, get(sum))),
    ]),
    ...advance(IN, 4 * features),
    ...advance(OUT, 4 * outputs),
    ...advance(STEPS, -1),
  ];
  return doWhile(step, isLess(i32(0), get(STEPS)));
}

/** `vectors` sums of four: biases, then a row of weights for every input, four inputs a round. */
function sums(layout: Layout, vectors: number): Code {
  const used = SUMS.slice(0, vectors);
  const row = vectors * VECTOR;
  const round = [0, 1, 2, 3].flatMap((input) => [
    ...set(INPUT, loadSplat(get(STATE), 4 * input)),
    ...used.flatMap((sum, i) =>
      set(sum, add(get(sum), multiply(get(INPUT), load(get(WEIGHT), input * row + i * VECTOR)))),
    ),
  ]);
  return [
    ...used.flatMap((sum, i) => set(sum, load(get(WEIGHT), i * VECTOR))),
    ...advance(WEIGHT, row),
    ...set(STATE, i32(layout.state)),
    ...doWhile(
      [...round, ...advance(WEIGHT, 4 * row), ...advance(STATE, VECTOR)],
      isLess(get(STATE), i32(layout.state + 4 * layout.inputs)),
    ),
  ];
}

/** One step of four units: a vector for each gate. */
function fourUnits(layout: Layout): Code {
  const [input, forget, candidate, output] = SUMS;
  const kept = multiply(call(SIGMOID, get(forget)), load(get(UNIT), layout.cell));
  const added = multiply(call(SIGMOID, get(input)), tanh(get(candidate)));
  return [
    ...sums(layout, 4),
    ...set(CELL, add(kept, added)),
    ...store(get(UNIT), layout.cell, get(CELL)),
    ...store(get(UNIT), layout.fresh, multiply(call(SIGMOID, get(output)), tanh(get(CELL)))),
    ...advance(UNIT, VECTOR),
  ];
}

/** 2σ(2x) − 1. */
function tanh(x: Code): Code {
  return subtract(multiply(splat(2), call(SIGMOID, multiply(splat(2), x))), splat(1));
}

/** Beyond it eˣ would leave the exponents of a 32-bit float. */
const LARGEST_EXPONENT = 87;

/** ln 2 in two parts, the first exact with few bits, and a polynomial for eʳ: those of Cephes (Moshier), expf. */
const LN2_HIGH = 0.693359375;
const LN2_LOW = -2.1219444e-4;
const POLYNOMIAL = [
  1.98756915e-4, 1.3981999507e-3, 8.3334519073e-3, 4.1665795894e-2, 1.6666665459e-1, 5.0000001201e-1,
] as const;

/** Added to a float it leaves no digits after the point, and its last bits are those of the whole number. */
const WHOLE = 1.5 * 2 ** 23;
/** The bits of 1: those of 2ⁿ are n places further in the exponent. */
const BITS_OF_ONE = 0x3f800000;

/** 1 / (1 + e⁻ˣ), within 2e-7: e⁻ˣ = 2ⁿ eʳ, where n is whole and |r| ≤ ln 2 / 2. */
function sigmoid(): { parameters: Code; results: Code; locals: Code; body: Code } {
  const [x, whole, n, r, p] = [0, 1, 2, 3, 4];
  const [highest, ...others] = POLYNOMIAL;
  const body = [
    ...set(x, greatest(least(negate(get(x)), splat(LARGEST_EXPONENT)), splat(-LARGEST_EXPONENT))),
    ...set(whole, add(multiply(get(x), splat(Math.LOG2E)), splat(WHOLE))),
    ...set(n, subtract(get(whole), splat(WHOLE))),
    ...set(r, subtract(get(x), multiply(get(n), splat(LN2_HIGH)))),
    ...set(r, subtract(get(r), multiply(get(n), splat(LN2_LOW)))),
    ...set(p, splat(highest)),
    ...others.flatMap((coefficient) => set(p, add(multiply(get(p), get(r)), splat(coefficient)))),
    ...set(p, add(add(multiply(multiply(get(p), get(r)), get(r)), get(r)), splat(1))),
    ...divide(
      splat(1),
      add(splat(1), multiply(get(p), addI32(shiftLeft(get(whole), 23), splatI32(BITS_OF_ONE)))),
    ),
  ];
  return { parameters: [V128], results: [V128], locals: [V128, V128, V128, V128], body };
}
