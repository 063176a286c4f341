import { ForesizeError } from '../errors/error.ts';

/**
 * Kubernetes quantities, parsed and printed at the edges only: CPU is cores, memory is bytes everywhere else.
 * Grammar: k8s.io/apimachinery/pkg/api/resource/quantity.go.
 */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))(?:[eE]([+-]?\d+)|(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei))?$/;

const SUFFIX: Readonly<Record<string, number>> = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Kubernetes caps quantities at the largest 64-bit integer. */
const MOST = 2 ** 63;

function parseQuantity(text: string, kind: string): number {
  const match = QUANTITY.exec(text.trim());
  if (!match) {
    throw new ForesizeError(
      'quantity-invalid',
      `${kind} quantity ${JSON.stringify(text)} is not a Kubernetes quantity`,
    );
  }
  return Math.max(-MOST, Math.min(MOST, valueOf(match)));
}

function valueOf([, digits = '', exponent, suffix]: RegExpExecArray): number {
  if (exponent !== undefined) return Number(`${digits}e${exponent}`);
  if (suffix === undefined) return Number(digits);
  // Decimal suffixes through the exponent keep `100m` at exactly 0.1.
  const power = Math.round(Math.log10(SUFFIX[suffix] ?? 1));
  return suffix.endsWith('i') ? Number(digits) * (SUFFIX[suffix] ?? 1) : Number(`${digits}e${power}`);
}

/** Cores of a Kubernetes CPU quantity: `100m` → 0.1. Throws `quantity-invalid`. */
export function parseCpuCores(text: string): number {
  return parseQuantity(text, 'CPU');
}

/** Bytes of a Kubernetes memory quantity, a fraction rounded up: `40Mi` → 41943040. Throws `quantity-invalid`. */
export function parseMemoryBytes(text: string): number {
  return Math.ceil(parseQuantity(text, 'memory'));
}

/** `0.25` → `250m`, `2` → `2`. Rounds up to a whole millicore, the kubelet's smallest step. */
export function formatCpuCores(cores: number): string {
  const milli = Math.ceil(Number((cores * 1000).toFixed(6)));
  return milli % 1000 === 0 ? String(milli / 1000) : `${milli}m`;
}

/** `41943040` → `40Mi`; the largest binary suffix that loses nothing. */
export function formatMemoryBytes(bytes: number): string {
  const whole = Math.ceil(bytes);
  for (const suffix of ['Gi', 'Mi', 'Ki']) {
    const unit = SUFFIX[suffix] ?? 1;
    if (whole >= unit && whole % unit === 0) return `${whole / unit}${suffix}`;
  }
  return String(whole);
}
