import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backtestCommand } from '../../../cli/commands/backtest.ts';
import { describeCommand } from '../../../cli/commands/describe.ts';
import { explainCommand } from '../../../cli/commands/explain.ts';
import { recordCommand } from '../../../cli/commands/record.ts';
import { replayCommand } from '../../../cli/commands/replay.ts';
import { driftText } from '../../../cli/cluster/run-drift.ts';
import { restorationText } from '../../../cli/cluster/run-restore.ts';
import { decidedNow, explanationText } from '../../../cli/explain/run-explain.ts';
import { ablationText } from '../../../cli/models/ablate-lstm.ts';
import { errorsText } from '../../../cli/models/run-seed-lstm.ts';
import { cardText } from '../../../cli/models/train-lstm.ts';
import type { Observation } from '../../../cli/observe/observation.ts';
import { reportOf } from '../../../cli/recommend/report.ts';
import { type RecommendFlags, reportText } from '../../../cli/recommend/run-recommend.ts';
import { tableText } from '../../../cli/recommend/table.ts';
import { jsonDisplay } from '../../../cli/up/json-display.ts';
import { plainDisplay } from '../../../cli/up/plain-display.ts';
import { reportText as callsText } from '../../../invoker/report.ts';
import type { Summary } from '../../../invoker/summary.ts';
import { evaluationText } from '../../../training/evaluation/text-report.ts';
import { smallPrometheus } from '../../training/data/small-prometheus.ts';
import { appliedResize, SIZES } from '../decision.ts';
import { linesOfLog } from '../decision-log.ts';
import { printed } from '../printed.ts';
import { expectGolden, expectGoldenJson } from './golden.ts';
import { ABLATION, CARD, ERRORS, REPORT } from './model-figures.ts';
import { madeUpObservation } from './observation.ts';

const AS_TEXT = { columns: 100, colour: false };

/** Commands are run where they need nothing but files; of others what they print is made of what they would have found. */
describe('What each command prints (UPDATE_GOLDEN=1 writes it anew)', () => {
  let folder = '';
  let usage = '';

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-golden-'));
    const rows = Array.from(
      { length: 60 },
      (_, i) => `${1_781_524_800_000 + i * 15_000},${30_000_000 + i},${i % 8 === 0 ? 0.02 : 0.01}`,
    );
    usage = join(folder, 'resize.csv');
    writeFileSync(usage, `Time,mem_usage,cpu_usage\n${rows.join('\n')}\n`);
    writeFileSync(join(folder, 'decisions-2026-06-15.ndjson'), `${linesOfLog().slice(0, 4).join('\n')}\n`);
  });
  after(() => {
    rmSync(folder, { recursive: true });
  });

  /** Of a command run in this process; the folder of its files has no name of its own. */
  async function outputOf(
    command: { parseAsync(words: string[], options: { from: 'user' }): Promise<unknown> },
    ...words: string[]
  ): Promise<string> {
    const text = await printed(() => command.parseAsync([...words, '--quiet'], { from: 'user' }));
    return text.replaceAll(folder, 'FOLDER');
  }

  describe('of a look at functions', () => {
    let seen: Observation;
    before(async () => {
      seen = await madeUpObservation();
    });
    const reported = (format: RecommendFlags['format']): string =>
      reportText(reportOf(seen), { format, minConfidence: 'medium' });

    it('recommend', () => {
      expectGolden('recommend', tableText(reportOf(seen), { columns: 200, colour: false, quiet: false }));
      expectGolden(
        'recommend-narrow',
        tableText(reportOf(seen), { columns: 72, colour: true, quiet: false }),
      );
      expectGoldenJson('recommend-json', reported('json'));
      for (const format of ['csv', 'yaml', 'html'] as const) {
        expectGolden(`recommend-${format}`, reported(format));
      }
    });

    it('explain, of a decision made now', () => {
      const explained = decidedNow('slow', seen);
      expectGolden('explain-now', explanationText(explained, AS_TEXT));
      expectGoldenJson('explain-now-json', `${JSON.stringify(explained)}\n`);
    });
  });

  describe('of a log of decisions', () => {
    it('explain', async () => {
      const words = ['qrcode', '--log', folder];
      expectGolden('explain', await outputOf(explainCommand(), ...words));
      expectGoldenJson('explain-json', await outputOf(explainCommand(), ...words, '--json'));
    });

    it('replay', async () => {
      const words = [folder, '--set', 'foresize/cooldown=5m', '--differences', '1'];
      expectGolden('replay', await outputOf(replayCommand(), ...words));
      expectGoldenJson('replay-json', await outputOf(replayCommand(), folder, '--json'));
    });
  });

  describe('of data', () => {
    it('describe', async () => {
      expectGolden('describe', await outputOf(describeCommand(), usage));
      expectGoldenJson('describe-json', await outputOf(describeCommand(), usage, '--json'));
    });

    it('backtest', async () => {
      const words = [usage, '--no-model', '--forecaster', 'persistence', '--phases', '1'];
      expectGolden('backtest', await outputOf(backtestCommand(), ...words));
      expectGoldenJson('backtest-json', await outputOf(backtestCommand(), ...words, '--json'));
    });

    it('record', async () => {
      const prometheus = await smallPrometheus();
      const span = ['--from', '2026-01-31T00:00Z', '--to', '2026-01-31T01:00Z'];
      const words = [join(folder, 'recording'), '--url', prometheus.url, ...span];
      try {
        expectGolden('record', await outputOf(recordCommand(), ...words));
        expectGoldenJson('record-json', await outputOf(recordCommand(), ...words, '--json'));
      } finally {
        await prometheus.close();
      }
    });
  });

  describe('of models', () => {
    it('train', () => {
      expectGolden('train-lstm', cardText(CARD));
      expectGolden('train-lstm-ablation', ablationText(ABLATION));
      expectGolden(
        'train-seed-lstm',
        errorsText({ name: 'qrcode', trained: 744, tested: 366, backend: 'wasm' }, ERRORS),
      );
    });

    it('evaluate', () => {
      expectGolden('evaluate-lstm', evaluationText(REPORT));
      expectGolden('evaluate-lstm-narrow', evaluationText(REPORT, 60));
    });
  });

  describe('of a cluster', () => {
    const rows = [
      {
        resource: 'cpu-limit' as const,
        ...{ stack: 0.1, template: 0.1, pods: { least: 0.4, most: 0.5 }, decided: 0.5 },
      },
      {
        resource: 'memory-request' as const,
        ...{ stack: null, template: null, pods: null, decided: 48 * 2 ** 20 },
      },
    ].map((row) => ({ namespace: 'openfaas-fn', name: 'qrcode', kinds: ['file' as const], ...row }));

    it('drift', () => {
      const written = [{ name: 'qrcode', pod: 'stack.yml', result: 'applied' as const, detail: 'written' }];
      expectGolden('drift', driftText(rows, written, {}));
      expectGolden('drift-narrow', driftText(rows, [], { width: 50 }));
      expectGolden(
        'drift-none',
        driftText(
          rows.map((row) => ({ ...row, kinds: [] })),
          [],
          {},
        ),
      );
    });

    it('restore', () => {
      const outcome = { pod: 'qrcode-7d9c9b5f4-abcde', result: 'applied' as const, detail: 'in force' };
      const pod = { namespace: 'openfaas-fn', name: 'qrcode', pod: 'qrcode-7d9c9b5f4-abcde', outcome };
      const restored = [{ ...pod, from: { ...SIZES, cpuLimitCores: 0.5 }, to: SIZES }];
      const of = { pods: restored, forgotten: ['openfaas-fn/qrcode'], applying: ['openfaas-fn/qrcode'] };
      expectGolden('restore', restorationText(of, { namespace: 'openfaas-fn' }));
      expectGolden(
        'restore-narrow',
        restorationText(of, { namespace: 'openfaas-fn', width: 60, quiet: true }),
      );
      expectGolden(
        'restore-none',
        restorationText({ ...of, pods: [] }, { namespace: 'openfaas-fn', quiet: true }),
      );
    });
  });

  describe('of the local platform', () => {
    it('up', async () => {
      const decision = appliedResize({ at: Date.UTC(2026, 5, 15, 12) });
      const outcome = {
        functionName: 'qrcode',
        resizes: 1,
        restarts: 0,
        latency: { calls: 164, failed: 0, resized: true, beforeP95Ms: 833.4, afterP95Ms: 34.9 },
        firstResizeAfterMs: 31_000,
        resources: SIZES,
      };
      const options = { directory: '.foresize', load: 'qrcode', rate: 40 };
      for (const [name, display] of [
        ['up', plainDisplay(options)],
        ['up-json', jsonDisplay(options)],
      ] as const) {
        const text = await printed(() => {
          display.progress('starting the platform');
          display.decision(decision);
          display.end(outcome);
          return Promise.resolve();
        });
        expectGolden(name, text);
      }
    });

    it('invoke', () => {
      const summary: Summary = {
        calls: 42,
        ok: 39,
        errors: 3,
        outcomes: { ok: 39, refused: 1, timeout: 1, failed: 1, cancelled: 2 },
        statuses: { 200: 39, 502: 1 },
        unsent: 1,
        latencyMs: { p50: 12.34, p95: 87.6, p99: 120 },
      };
      expectGolden('invoke', callsText(summary));
    });
  });
});
