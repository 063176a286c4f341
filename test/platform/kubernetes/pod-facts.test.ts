import { V1Pod } from '@kubernetes/client-node';
import { expect } from 'chai';
import { toPodFacts } from '#platform/kubernetes/pod-facts.ts';
import { resizeStatus } from '#platform/kubernetes/resize-status.ts';

const resources = { requests: { cpu: '100m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } };

/** A pod as the client gives it, with the given parts of metadata and status. */
function pod(metadata: object = {}, status: object = {}, container: object = {}): V1Pod {
  return Object.assign(new V1Pod(), {
    metadata: {
      name: 'f-1',
      namespace: 'n',
      uid: 'u',
      generation: 2,
      labels: { faas_function: 'f' },
      ...metadata,
    },
    spec: { nodeName: 'node', containers: [{ name: 'side' }, { name: 'f', resources, ...container }] },
    status: { qosClass: 'Burstable', ...status },
  });
}

const condition = (type: string, more: object = {}): object => ({ type, status: 'True', ...more });

describe('toPodFacts', () => {
  it("reads the function's container, its readiness and what is in force", () => {
    const facts = toPodFacts(
      pod(
        {},
        {
          conditions: [condition('Ready', { lastTransitionTime: new Date(5000) })],
          containerStatuses: [
            {
              name: 'f',
              restartCount: 1,
              resources: { limits: { cpu: '150m' } },
              state: { running: { startedAt: new Date(4000) } },
            },
          ],
        },
      ),
    );
    expect(facts).to.deep.include({
      container: 'f',
      functionName: 'f',
      node: 'node',
      ready: true,
      readySinceMs: 5000,
      startedAtMs: 4000,
      restarts: 1,
      lastTermination: null,
    });
    expect(facts?.desired).to.deep.equal({
      cpuRequestCores: 0.1,
      cpuLimitCores: 0.2,
      memoryRequestBytes: 64 * 2 ** 20,
      memoryLimitBytes: 128 * 2 ** 20,
    });
    expect(facts?.inForce.cpuLimitCores).to.equal(0.15);
  });

  it('takes the newest end of the container, whether it waits or runs again', () => {
    const ended = { terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: new Date(7000) } };
    const older = { terminated: { reason: 'Error', exitCode: 1, finishedAt: new Date(6000) } };
    const of = (status: object): unknown =>
      toPodFacts(pod({}, { containerStatuses: [{ name: 'f', restartCount: 1, ...status }] }))
        ?.lastTermination;
    const killed = { reason: 'OOMKilled', exitCode: 137, atMs: 7000 };
    expect(of({ state: ended, lastState: older })).to.deep.equal(killed);
    expect(of({ state: { running: { startedAt: new Date(8000) } }, lastState: ended })).to.deep.equal(killed);
  });

  it('passes over pods that are ending, have ended, or are no function’s', () => {
    expect(toPodFacts(pod({ deletionTimestamp: new Date() }))).to.equal(null);
    expect(toPodFacts(pod({}, { phase: 'Failed' }))).to.equal(null);
    expect(toPodFacts(pod({ labels: {} }))).to.equal(null);
  });
});

describe('resizeStatus', () => {
  const to = { cpuRequestCores: null, cpuLimitCores: 0.4, memoryRequestBytes: null, memoryLimitBytes: null };
  const inForce = (cpu: string): object => ({
    containerStatuses: [{ name: 'f', resources: { limits: { cpu } } }],
  });
  const stateOf = (status: object): string => {
    const { state, detail } = resizeStatus(pod({}, status), 'f', to);
    return `${state}: ${detail}`;
  };

  it('is in force when the kubelet reports the values', () => {
    expect(stateOf(inForce('400m'))).to.equal('in-force: in force');
    expect(stateOf(inForce('200m'))).to.equal('in-progress: InProgress: not yet in force');
  });

  it('is held up with the reason and words of the condition', () => {
    const conditions = [
      condition('PodResizePending', { reason: 'Infeasible', message: 'too much', observedGeneration: 2 }),
    ];
    expect(stateOf({ ...inForce('200m'), conditions })).to.equal('held-up: Infeasible: too much');
    const failed = [condition('PodResizeInProgress', { reason: 'Error', message: 'below current usage' })];
    expect(stateOf({ ...inForce('200m'), conditions: failed })).to.equal(
      'held-up: Error: below current usage (the kubelet tries again by itself)',
    );
  });

  it('is in progress while the kubelet works on it or has not seen it', () => {
    expect(stateOf({ ...inForce('400m'), conditions: [condition('PodResizeInProgress')] })).to.match(
      /^in-progress/,
    );
    expect(stateOf({ ...inForce('400m'), observedGeneration: 1 })).to.match(/^in-progress/);
  });

  it('pays no attention to conditions of an earlier resize', () => {
    const conditions = [condition('PodResizePending', { reason: 'Deferred', observedGeneration: 1 })];
    expect(stateOf({ ...inForce('400m'), conditions, observedGeneration: 2 })).to.match(/^in-force/);
  });
});
