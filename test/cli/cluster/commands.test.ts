import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { runDrift, type DriftFlags } from '../../../cli/cluster/run-drift.ts';
import { runRestore, type RestoreFlags } from '../../../cli/cluster/run-restore.ts';
import { firstContact } from '#core/policy/bookkeeping.ts';
import type { Resources } from '#core/usage/reading.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import { connectTo, startApi, type RunningApi } from '../../local/kubernetes/running-api.ts';
import { failure } from '../../support/failure.ts';
import { SILENT_LOG } from '../../support/silent-log.ts';
import { exitCodeOf, printed } from '../printed.ts';

const MIB = 2 ** 20;
const KEY = 'openfaas-fn/qrcode';
const STACK = `provider: { name: openfaas }
functions:
  # Makes pictures.
  qrcode:
    lang: typescript
    handler: ./functions/qrcode
    image: registry.example/qrcode:1
    limits:
      cpu: 100m # too small
      memory: 256Mi
    requests:
      cpu: 50m
      memory: 64Mi
`;

describe('the commands for a cluster', () => {
  const { signal } = new AbortController();
  let running: RunningApi;
  let connection: KubernetesConnection;
  let folder = '';
  let stack = '';
  let decided: Resources;

  const store = () => createConfigMapStateStore(connection, SILENT_LOG);
  const thePod = () => running.workloads.pods()[0]!;
  const flags = () => ({ kubeconfig: running.api.kubeconfigPath, namespace: 'openfaas-fn' });

  /** What it prints, and the exit code that it sets. */
  async function run(command: () => Promise<void>): Promise<{ code: unknown; text: string }> {
    let text = '';
    const code = await exitCodeOf(async () => {
      text = await printed(command);
    });
    return { code, text };
  }
  const restore = (names: string[] = [], more: Partial<RestoreFlags> = {}) =>
    run(() => runRestore(names, { ...flags(), ...more }));
  const drift = (names: string[] = [], more: Partial<DriftFlags> = {}) =>
    run(() => runDrift(names, { ...flags(), ...more }));

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'foresize-cluster-commands-'));
    stack = join(folder, 'stack.yml');
    writeFileSync(stack, STACK);
    running = await startApi();
    connection = connectTo(running);
    // Foresize has raised the CPU limit and lowered the memory request.
    const [live] = await createKubernetesWorkloads(connection).functions(signal);
    decided = { ...live!.template, cpuLimitCores: 0.4, memoryRequestBytes: 48 * MIB };
    running.workloads.resize('openfaas-fn', thePod().name, decided);
    running.workloads.resizes = 0;
    const state = { ...firstContact(live!, Date.now() - 60_000), applied: decided, appliedAt: Date.now() };
    const opened = store();
    await opened.load(signal);
    await opened.save({ suite: { cycles: { 0: 7 } }, functions: new Map([[KEY, state]]) }, signal);
  });
  afterEach(async () => {
    connection.close();
    await running.close();
    rmSync(folder, { recursive: true });
  });

  describe('restore', () => {
    it('puts the originals back, forgets the decision, and says how to keep it so', async () => {
      expect(await restore()).to.deep.equal({
        code: 0,
        text: `FUNCTION  POD                     FROM → TO                                          OUTCOME
qrcode    qrcode-5d4f8c7b9-abcde  CPU limit 400m → 100m, memory request 48Mi → 64Mi  applied: in force
Last decision forgotten: openfaas-fn/qrcode
In mode apply, so sized again from the next cycle on: openfaas-fn/qrcode
To keep what was deployed, set foresize/mode: recommend in stack.yml and deploy, or stop all writes:
  kubectl -n openfaas-fn patch configmap foresize-kill-switch --type merge -p '{"data":{"writes":"off"}}'
`,
      });
      expect(thePod().inForce).to.include({ cpuLimitCores: 0.1, memoryRequestBytes: 64 * MIB });
      const { suite, functions } = await store().load(signal);
      expect(suite.cycles).to.deep.equal({ 0: 7 });
      const after = functions.get(KEY);
      expect(after).to.include({ applied: null, appliedAt: null, sizedAt: null });
      expect(after?.changed.map((seconds) => seconds !== null)).to.deep.equal([true, false, false, true]);
      expect(after?.decisions.at(-1)).to.include({ action: 'restore' });
      expect((await restore()).text).to.match(/^All running pods have the sizes that were deployed\.\n/);
    });

    it('changes nothing in a dry run, and tells what would be', async () => {
      const before = await store().load(signal);
      const { code, text } = await restore(['qrcode'], { dryRun: true });
      expect(code).to.equal(0);
      expect(text).to.include('dry-run: dry run: the API server would accept it');
      expect(text).to.include('Last decision that would be forgotten: openfaas-fn/qrcode');
      expect(running.workloads.resizes).to.equal(0);
      expect(await store().load(signal)).to.deep.equal(before);
    });

    it('answers 1 where a pod is not restored, in JSON too, and goes on with what it can', async () => {
      const { workloads } = running;
      const resize = workloads.resize.bind(workloads);
      workloads.resize = (namespace, name, desired) => {
        const { inForce } = thePod();
        const after = resize(namespace, name, desired);
        if (desired.memoryRequestBytes === inForce.memoryRequestBytes) return after;
        const about = { message: 'no room', observedGeneration: after.generation, changedAtMs: 1 };
        const held = { type: 'PodResizePending', status: 'True', reason: 'Deferred', ...about } as const;
        workloads.put({ ...after, inForce, conditions: [held] });
        return thePod();
      };
      const { code, text } = await restore([], { json: true });
      expect(code).to.equal(1);
      const outcome = z.object({ result: z.string(), condition: z.string() });
      const { pods } = z.object({ pods: z.array(z.object({ outcome })) }).parse(JSON.parse(text));
      expect(pods[0]?.outcome).to.include({ result: 'pending', condition: 'Deferred' });
      expect(thePod().inForce.cpuLimitCores).to.equal(0.1);
    });

    it('names a function, a context and a kubeconfig that is not there', async () => {
      const unknown = await failure(restore(['qrcod']));
      expect(unknown).to.include({ code: 'function-not-found' });
      expect(unknown.message).to.equal('there is no function qrcod; there are: qrcode');
      expect((await failure(restore([], { context: 'moon' }))).message).to.include('it has no context moon');
      expect(await failure(restore([], { kubeconfig: '/nowhere' }))).to.include({
        code: 'kubeconfig-unusable',
      });
      expect(running.workloads.resizes).to.equal(0);
    });
  });

  describe('drift', () => {
    it('shows where pods, template, stack.yml and the last decision differ', async () => {
      expect(await drift([], { stack })).to.deep.equal({
        code: 0,
        text: `FUNCTION  RESOURCE        STACK.YML  TEMPLATE  PODS  LAST DECISION  DRIFT
qrcode    cpu-limit       100m       100m      400m  400m           template, file
qrcode    memory-request  64Mi       64Mi      48Mi  48Mi           template, file
Of 4 sizes of 1 function, 2 drift.
`,
      });
      expect((await drift([], { all: true })).text).to.match(/^qrcode +cpu-request +– +50m +50m +50m$/m);
    });

    it('exits with 1 where what it is to fail on is found', async () => {
      expect((await drift([], { stack, failOn: ['stack', 'pods'] })).code).to.equal(0);
      expect((await drift([], { stack, failOn: ['file'] })).code).to.equal(1);
      expect((await drift([], { failOn: ['drift'] })).code).to.equal(1);
      const pod = thePod();
      running.workloads.put({ ...pod, desired: { ...pod.desired, cpuLimitCores: 0.3 } });
      expect((await drift([], { failOn: ['pods'] })).code).to.equal(1);
    });

    it('writes the last decisions into stack.yml and nothing else', async () => {
      const { code, text } = await drift([], { stack, write: true });
      expect(code).to.equal(0);
      expect(text).to.include(`qrcode: applied: written to ${stack} for the next deploy\n`);
      const expected = STACK.replace('cpu: 100m', 'cpu: 400m').replace('memory: 64Mi', 'memory: 48Mi');
      expect(readFileSync(stack, 'utf8')).to.equal(expected);
      expect((await drift([], { stack, failOn: ['file'] })).code).to.equal(0);
    });

    it('answers 1 where a value cannot be written, and 2 without a file to write', async () => {
      cpSync(stack, join(folder, 'copy.yml'));
      writeFileSync(stack, STACK.replace('cpu: 100m', 'cpu: ${CPU:-100m}'));
      const { code, text } = await drift([], { stack, write: true });
      expect(code).to.equal(1);
      expect(text).to.include('qrcode: refused: ').and.include('${CPU:-100m}');
      expect(await failure(drift([], { write: true }))).to.include({ code: 'request-invalid', exitCode: 2 });
    });

    it('gives JSON in base units', async () => {
      const { text } = await drift(['qrcode'], { stack, json: true });
      const row = z.looseObject({ resource: z.string(), kinds: z.array(z.string()) });
      const { rows } = z.object({ rows: z.array(row) }).parse(JSON.parse(text));
      expect(rows[0]).to.deep.equal({
        namespace: 'openfaas-fn',
        name: 'qrcode',
        resource: 'cpu-limit',
        stack: 0.1,
        template: 0.1,
        pods: { least: 0.4, most: 0.4 },
        decided: 0.4,
        kinds: ['template', 'file'],
      });
    });
  });
});
