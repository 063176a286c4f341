/** A few steps of training, on every backend that loads, in turn; what a whole training takes follows from them. */
import type * as TensorFlow from '@tensorflow/tfjs';
import { type BackendName, loadBackend } from '#forecast/backend.ts';
import { outputColumns } from '#forecast/lstm/shape.ts';
import { SEED_SHAPE } from '#forecast/seed-lstm/network.ts';
import { seededDraws } from '../../../training/generate/draws.ts';
import { LossGradient } from '../../../training/lstm/gradient.ts';
import { flatten } from '../../../training/lstm/parameters.ts';
import { batchOf, type Windows } from '../../../training/lstm/windows.ts';
import { fit } from '../../../training/seed-study/fit.ts';
import type { SeedData, SplitPart } from '../../../training/seed-study/prepare.ts';
import { randomModel } from '../forecast/network.ts';
import { cpuMsSince } from '../measure.ts';
import { type Spread, spreadOf } from '../spread.ts';

export interface TrainingCost {
  readonly backend: BackendName;
  readonly what: string;
  /** Wall time, over rounds; on a busy machine look at CPU time. Null where the backend does not load. */
  readonly seconds: Spread | null;
  readonly cpuSeconds: number | null;
  /** What the whole takes if all of it goes on like this; the rest was not run. */
  readonly extrapolated: string;
}

const BACKENDS: readonly BackendName[] = ['native', 'wasm', 'cpu'];
const SEED_EPOCHS = 50;
const SEED_ROWS = { train: 742, test: 366 };
const BATCH = 32;
const STEPS = 144;
const OWN_STEPS = 1000;

type Work = (tf: typeof TensorFlow) => void | Promise<void>;

interface Training {
  readonly what: string;
  readonly work: Work;
  readonly whole: { readonly what: string; readonly times: number };
}

function randomPart(rows: number): SplitPart {
  const { lags, variables } = SEED_SHAPE;
  const draws = seededDraws(rows);
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
  return {
    rows,
    inputs: numbers(rows * lags * variables),
    targets: numbers(rows * variables),
    steps: Int32Array.from({ length: rows }, (_, i) => i + lags),
  };
}

function seedEpoch(): Training {
  const empty = new Float64Array(0);
  const scaler = { mean: 0, deviation: 1 };
  const data: SeedData = {
    history: {
      ...{ name: 'bench', namespace: 'openfaas-fn', startMs: 0, stepMs: 15_000, cpuMeanMs: 300_000 },
      ...{ cpuCores: empty, memoryBytes: empty, callsStarted: null, cpuLimitCores: null },
      ...{ memoryLimitBytes: null, oomKillsMs: [] },
    },
    scalers: { memory: scaler, cpu: scaler },
    train: randomPart(SEED_ROWS.train),
    test: randomPart(SEED_ROWS.test),
  };
  return {
    what: "the study's LSTM(64): one epoch of 742 rows, validated on 366",
    work: async (tf) => {
      const { network } = await fit(tf, data, { seed: 1, epochs: 1 });
      network.dispose();
    },
    whole: { what: 'epochs', times: SEED_EPOCHS },
  };
}

function ownStep(): Training {
  const { shape, weights } = randomModel(32);
  const draws = seededDraws(32);
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => draws.normal());
  const rows = BATCH * STEPS;
  const windows: Windows = {
    ...{ count: BATCH, steps: STEPS, inputs: numbers(rows * shape.features.length) },
    targets: numbers(rows * shape.heads.length),
    mask: new Uint8Array(rows * shape.heads.length).fill(1),
  };
  const parameters = flatten(shape, weights);
  const order = Uint32Array.from({ length: BATCH }, (_, i) => i);
  const size = `${BATCH} × ${STEPS} × ${shape.features.length}`;
  return {
    what: `ours, LSTM(${shape.units}) with ${outputColumns(shape)} outputs: gradient of ${size}`,
    work: (tf) => {
      const loss = new LossGradient(tf, shape, [1, 1, 1]);
      const gradient = new Float32Array(parameters.length);
      tf.tidy(() => loss.gradient(parameters, batchOf(tf, windows, shape, order), gradient));
      loss.dispose();
    },
    whole: { what: 'steps', times: OWN_STEPS },
  };
}

export async function measureTraining(rounds: number): Promise<readonly TrainingCost[]> {
  const trainings = [seedEpoch(), ownStep()];
  const backends = await loadable();
  const runs = trainings.flatMap((training) =>
    BACKENDS.map((backend) => ({ training, backend, seconds: [] as number[], cpu: [] as number[] })),
  );
  // The first round warms up, and is not counted.
  for (let round = 0; round <= rounds; round++) {
    for (const { training, backend, seconds, cpu } of runs) {
      if (!backends.has(backend)) continue;
      const tf = await loadBackend(backend);
      const [start, before] = [performance.now(), process.cpuUsage()];
      await training.work(tf);
      const cpuMs = cpuMsSince(before);
      if (round === 0) continue;
      seconds.push((performance.now() - start) / 1000);
      cpu.push(cpuMs / 1000);
    }
  }
  return runs.map(({ training: { what, whole }, backend, seconds, cpu }) => {
    if (seconds.length === 0) {
      return { backend, what, seconds: null, cpuSeconds: null, extrapolated: 'not installed' };
    }
    const [wall, cpuSeconds] = [spreadOf(seconds), spreadOf(cpu).median];
    const total = (each: number): string => (each * whole.times).toFixed(0);
    const extrapolated = `${whole.times} ${whole.what}: ${total(wall.median)} s, ${total(cpuSeconds)} s of CPU`;
    return { backend, what, seconds: wall, cpuSeconds, extrapolated };
  });
}

async function loadable(): Promise<ReadonlySet<BackendName>> {
  const found = new Set<BackendName>();
  for (const backend of BACKENDS) {
    try {
      await loadBackend(backend);
      found.add(backend);
    } catch {
      // Said in the table.
    }
  }
  return found;
}
