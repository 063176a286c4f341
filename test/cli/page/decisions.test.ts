import { expect } from 'chai';
import { createDecisionMemory } from '../../../cli/page/decision-memory.ts';
import { createLoggedDecisions } from '../../../cli/page/logged-decisions.ts';
import { withTarget } from '../../../cli/observe/target.ts';
import { deploymentOf, podOf } from '../../local/kubernetes/workloads-in-memory.ts';
import { startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { decisionWith } from '../decision.ts';

const QRCODE = { namespace: 'openfaas-fn', name: 'qrcode' };
const AT = Date.UTC(2026, 0, 5, 12);

const decisionAt = (seconds: number) => decisionWith({ ...QRCODE, at: AT + seconds * 1000, cycle: seconds });

describe('The memory of decisions', () => {
  it('keeps each once, oldest first, however they come', () => {
    const memory = createDecisionMemory();
    for (const seconds of [0, 30, 15, 30, 45]) memory.add(decisionAt(seconds));
    expect(memory.of(QRCODE).map(({ cycle }) => cycle)).to.deep.equal([0, 15, 30, 45]);
    expect(memory.of({ ...QRCODE, name: 'other' })).to.deep.equal([]);
  });

  it('forgets what is older than the page shows', () => {
    const memory = createDecisionMemory();
    for (let index = 0; index < 300; index += 1) memory.add(decisionAt(15 * index));
    expect(memory.of(QRCODE)).to.have.length(250);
    expect(memory.of(QRCODE)[0]?.cycle).to.equal(15 * 50);
  });
});

describe("Decisions by the log of apply-resources' pods", () => {
  let running: RunningApi;
  const { signal } = new AbortController();
  const flags = () => ({
    kubeconfig: running.api.kubeconfigPath,
    namespace: 'openfaas-fn',
    source: 'scrape' as const,
    gatewayMetrics: 'none',
    for: 0,
  });
  beforeEach(async () => {
    running = await startApi();
  });
  afterEach(() => running.close());

  it('are read as they were made, then what is new', async () => {
    const apply = deploymentOf('apply-resources');
    const pod = podOf(apply);
    running.workloads.add(apply, pod);
    const write = (timestampMs: number, text: string): void => {
      const { namespace, name: instance } = pod;
      running.workloads.write({ name: 'apply-resources', namespace, instance, timestampMs, text });
    };
    const line = (seconds: number): string => JSON.stringify({ event: 'decision', ...decisionAt(seconds) });
    write(AT, '{"level":"info","msg":"ready"}');
    write(AT, `2026/01/05 12:00:00 ${line(0)}`);
    write(AT + 15_000, line(15));
    write(AT + 16_000, line(15).slice(0, -20));
    await withTarget(flags(), signal, async (target) => {
      const decisions = createLoggedDecisions(target);
      await decisions.refresh(signal);
      expect(decisions.of(QRCODE).map(({ cycle }) => cycle)).to.deep.equal([0, 15]);
      write(AT + 30_000, line(30));
      await decisions.refresh(signal);
      expect(decisions.of(QRCODE).map(({ cycle }) => cycle)).to.deep.equal([0, 15, 30]);
    });
  });

  it('are none where Foresize does not run', async () => {
    await withTarget(flags(), signal, async (target) => {
      const decisions = createLoggedDecisions(target);
      await decisions.refresh(signal);
      expect(decisions.of(QRCODE)).to.deep.equal([]);
    });
  });
});
