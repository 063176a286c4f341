import { createRequire } from 'node:module';
import { dirname, sep } from 'node:path';
import util from 'node:util';
import type * as TensorFlow from '@tensorflow/tfjs';

/** `native` is @tensorflow/tfjs-node, an optional dependency that may be absent or unable to load. */
export type BackendName = 'native' | 'wasm' | 'cpu';

export interface Backend {
  readonly tf: typeof TensorFlow;
  readonly name: BackendName;
  /** Why it is this one: what became of those before it. */
  readonly why: string;
}

/** Measured: WebAssembly answers soonest and smallest, native trains fastest. Plain JavaScript always works. */
export const BACKEND_ORDER: Readonly<Record<'training' | 'inference', readonly BackendName[]>> = {
  training: ['native', 'wasm', 'cpu'],
  inference: ['wasm', 'native', 'cpu'],
};

const require = createRequire(import.meta.url);
let wasmFound = false;

const LOADERS: Readonly<Record<BackendName, () => Promise<typeof TensorFlow>>> = {
  native: loadNative,
  wasm: loadWasm,
  cpu: () => activate('cpu'),
};

/**
 * TensorFlow.js on the first backend that loads and passes a smoke operation. Nothing of it is loaded before the
 * first call. The backend is one for the whole process: a second call switches it.
 */
export async function chooseBackend(purpose: keyof typeof BACKEND_ORDER): Promise<Backend> {
  const passedOver: string[] = [];
  for (const name of BACKEND_ORDER[purpose]) {
    try {
      const tf = await loadBackend(name);
      const before = passedOver.length === 0 ? '' : `; ${passedOver.join('; ')}`;
      return {
        tf,
        name,
        why: `${name} is the first of ${BACKEND_ORDER[purpose].join(', ')} that works${before}`,
      };
    } catch (error) {
      passedOver.push(`${name} does not: ${firstLine(error)}`);
    }
  }
  throw new Error(`no TensorFlow.js backend works: ${passedOver.join('; ')}`);
}

/** One backend by name, made the active one. Throws what its package throws, or if its smoke operation is wrong. */
export async function loadBackend(name: BackendName): Promise<typeof TensorFlow> {
  const tf = await LOADERS[name]();
  smoke(tf, name);
  return tf;
}

async function loadNative(): Promise<typeof TensorFlow> {
  restoreUtil();
  // By a variable: bundlers and the compiler must not need what may be absent.
  const packageName = '@tensorflow/tfjs-node';
  require(packageName);
  return activate('tensorflow');
}

async function loadWasm(): Promise<typeof TensorFlow> {
  const { setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  // Refused once the backend has started.
  if (!wasmFound) setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm'))}${sep}`);
  wasmFound = true;
  return activate('wasm');
}

async function activate(backend: string): Promise<typeof TensorFlow> {
  const tf = await import('@tensorflow/tfjs');
  if (!(await tf.setBackend(backend))) throw new Error(`backend ${backend} did not start`);
  await tf.ready();
  return tf;
}

/** tfjs-node 4.22 calls two functions that Node 24 took out of node:util. */
function restoreUtil(): void {
  if (!('isArray' in util)) Object.assign(util, { isArray: Array.isArray });
  if ('isNullOrUndefined' in util) return;
  Object.assign(util, { isNullOrUndefined: (value: unknown) => value === null || value === undefined });
}

/** A backend can load and still be unable to compute: [1 2] · [3 4]ᵀ is 11. */
function smoke(tf: typeof TensorFlow, name: BackendName): void {
  const [product] = tf.tidy(() => tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]])).dataSync());
  if (product !== 11) throw new Error(`${name} computed ${String(product)} for 11`);
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.split('\n')[0] ?? message;
}
