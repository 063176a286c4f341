import { stripVTControlCharacters } from 'node:util';
import { expect } from 'chai';
import fc from 'fast-check';
import type { PodRow } from '../../../cli/live/pod-table.ts';
import { renderScreen, type ScreenView } from '../../../cli/live/screen.ts';
import { appliedResize, decisionWith, SIZES } from '../decision.ts';

const quantiles = { p50: 0.004, p90: 0.01, p95: 0.012, p99: 0.02 };
const memory = { p50: 2 ** 24, p90: 2 ** 24, p95: 2 ** 25, p99: 2 ** 25 };

const ROW: PodRow = {
  pod: 'qrcode-1',
  functionName: 'qrcode',
  ready: true,
  restarts: 0,
  cpuCores: 0.007,
  memoryBytes: 13_500_000,
  resources: SIZES,
  peak: { cpu: quantiles, memory },
};

const VIEW: ScreenView = {
  gatewayUrl: 'http://127.0.0.1:8080',
  enforcement: 'Limits are enforced by the kernel (cgroup v1).',
  load: 'random load on qrcode, about 40 calls a minute',
  elapsedMs: 102_400,
  latency: { calls: 57, failed: 0, resized: true, beforeP95Ms: 209.4, afterP95Ms: 17.2 },
  pods: [ROW],
  decisions: [appliedResize()],
  columns: 120,
  rows: 30,
  colour: false,
};

const linesOf = (view: ScreenView): string[] => renderScreen(view).split('\n');

describe('the screen', () => {
  it('shows latency before and after, use, forecast, sizes, restarts, and each decision with its reason', () => {
    const screen = renderScreen(VIEW);
    expect(screen).to.include('1m42s: 57 calls, 0 failed');
    expect(screen).to.include('before the first resize 209 ms, in the last minute 17 ms: 12 times faster');
    expect(screen).to.match(/^function +restarts +CPU +forecast +req\/limit +memory +forecast +req\/limit$/m);
    expect(screen).to.match(/^qrcode +0 +7m +4m–12m +50m\/100m +13Mi +16Mi–32Mi +128Mi\/–$/m);
    expect(screen).to.match(
      /^\d\d:\d\d:\d\d resize qrcode CPU limit 100m → 500m: work takes 5 times as long$/m,
    );
  });

  it('keeps restarts, use, the CPU forecast and all sizes at 80 columns', () => {
    const long = {
      ...ROW,
      functionName: 'predict-resources',
      resources: { ...SIZES, memoryLimitBytes: 2 ** 28 },
    };
    const screen = renderScreen({ ...VIEW, columns: 80, pods: [long] });
    expect(screen).to.match(/^function +restarts +CPU +forecast +req\/limit +memory +req\/limit$/m);
  });

  it('shows what is not known as a dash, and a pod that is not ready as starting', () => {
    const resources = {
      cpuRequestCores: null,
      cpuLimitCores: null,
      memoryRequestBytes: null,
      memoryLimitBytes: null,
    };
    const unknown = { ...ROW, ready: false, cpuCores: null, memoryBytes: null, resources, peak: null };
    expect(renderScreen({ ...VIEW, pods: [unknown] })).to.match(
      /^qrcode +0 +starting +– +–\/– +– +– +–\/–$/m,
    );
  });

  it('says nothing of latency where no load is sent', () => {
    expect(renderScreen({ ...VIEW, latency: null })).not.to.include('p95');
  });

  it('counts what is said again instead of pushing a resize off the screen', () => {
    const holds = Array.from({ length: 50 }, (_, cycle) => decisionWith({ cycle }));
    const screen = renderScreen({ ...VIEW, decisions: [appliedResize(), ...holds], rows: 14 });
    expect(screen).to.include('resize qrcode');
    expect(screen).to.include('hold qrcode Nothing to rescue (50 times)');
  });

  it('colours what it was told to colour, and changes no letter by it', () => {
    const coloured = renderScreen({ ...VIEW, colour: true });
    expect(coloured).to.include('\u001B[32mresize qrcode');
    expect(stripVTControlCharacters(coloured)).to.equal(renderScreen(VIEW));
  });

  it('is never wider or higher than the terminal, whatever it has to show', () => {
    const pods = fc.array(
      fc.record({ functionName: fc.stringMatching(/^[a-z]{1,63}$/), restarts: fc.nat() }),
      {
        maxLength: 12,
      },
    );
    const reasons = fc.array(
      fc.string({ maxLength: 400 }).map((text) => text.replace(/\s/g, ' ')),
      {
        maxLength: 30,
      },
    );
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.integer({ min: 1, max: 60 }),
        pods,
        reasons,
        (columns, rows, rowFields, texts) => {
          const lines = linesOf({
            ...VIEW,
            columns,
            rows,
            pods: rowFields.map((fields) => ({ ...ROW, ...fields })),
            decisions: texts.map((reason) => decisionWith({ reason })),
          });
          expect(lines.length).to.be.at.most(Math.max(1, rows - 1));
          for (const line of lines) expect(line.length).to.be.at.most(columns);
        },
      ),
    );
  });
});
