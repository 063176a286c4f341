import { expect } from 'chai';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Deployment, LocalWorkloads } from '../../../local/workloads/model.ts';
import { eventually } from '../../support/eventually.ts';
import { isAlive } from '../../support/is-alive.ts';
import {
  BROKEN_IMAGE,
  call,
  FORK_IMAGE,
  NAMESPACE,
  podsOf,
  readyPod,
  specOf,
  startPlatform,
  type Platform,
} from './platform.ts';

describe('functions as processes', () => {
  let platform: Platform;
  let workloads: LocalWorkloads;

  before(async () => {
    process.env.PLATFORM_ONLY = 'private';
    const environment = { KUBERNETES_SERVICE_HOST: '127.0.0.1' };
    const secrets = { key: { key: 'open' }, identity: { token: 'who', namespace: NAMESPACE } };
    platform = await startPlatform({ environment }, secrets);
    ({ workloads } = platform);
  });

  after(async () => {
    delete process.env.PLATFORM_ONLY;
    await platform.close();
  });

  const thrownBy = (act: () => Deployment): unknown => {
    try {
      act();
      return null;
    } catch (error) {
      return error;
    }
  };

  it('runs a bundle that answers, named after its rollout, with a uid and a process of its own', async () => {
    const deployment = workloads.deploy(specOf('plain', { labels: { team: 'a' } }));
    const pod = await readyPod(workloads, 'plain');
    expect(await call(workloads, 'plain', '/')).to.equal(String(pod.pid));
    expect(pod.name).to.match(/^plain-[0-9a-f]{10}-[a-z]{5}$/);
    expect(pod.labels).to.include({ faas_function: 'plain', team: 'a' });
    expect(deployment).to.include({ generation: 1, replicas: 1 });
    expect(deployment.uid).not.to.equal(pod.uid);
  });

  it("gives a process its own environment and secrets, and nothing of the platform's", async () => {
    workloads.deploy(
      specOf('env', { envVars: { mode: 'x' }, secrets: ['key', 'identity'], envProcess: 'node index.js' }),
    );
    const text = await call(workloads, 'env', '/env');
    const environment = z.record(z.string(), z.string()).parse(JSON.parse(text ?? ''));
    expect(environment).to.include({
      mode: 'x',
      HOST: '127.0.0.1',
      METRICS_HOST: '127.0.0.1',
      METRICS_PORT: '0',
      KUBERNETES_SERVICE_HOST: '127.0.0.1',
      fprocess: 'node index.js',
    });
    expect(environment).not.to.have.property('PLATFORM_ONLY');
    const secrets = environment.SECRETS_PATH ?? '';
    expect(readdirSync(secrets).sort()).to.deep.equal(['key', 'namespace', 'token']);
    expect(readFileSync(join(secrets, 'key'), 'utf8')).to.equal('open');
    expect(statSync(secrets).mode & 0o777).to.equal(0o700);
    expect(statSync(join(secrets, 'token')).mode & 0o077).to.equal(0);
    expect(environment.cwd).to.equal(environment.HOME);
  });

  it('forks the process of a watchdog image for each request, and logs it as the classic watchdog does', async () => {
    workloads.deploy(specOf('cat', { image: FORK_IMAGE, envProcess: 'cat' }));
    workloads.deploy(specOf('vars', { image: FORK_IMAGE, envProcess: 'env' }));
    workloads.deploy(
      specOf('secret', { image: FORK_IMAGE, envProcess: 'cat /var/openfaas/secrets/key', secrets: ['key'] }),
    );
    expect(await call(workloads, 'cat', '/', 'hello')).to.equal('hello');
    expect(await call(workloads, 'secret', '/')).to.equal('open');
    const environment = (await call(workloads, 'vars', '/a/b?x=1'))?.split('\n');
    expect(environment).to.include.members(['Http_Method=POST', 'Http_Query=x=1', 'Http_Path=/a/b']);
    expect(environment?.some((line) => line.startsWith('Http_Content_Type=text/plain'))).to.equal(true);
    await eventually(() => {
      const lines = workloads.logs(NAMESPACE, 'cat').map(({ text }) => text);
      return (
        lines.some((line) => line.includes('Forking fprocess.')) &&
        lines.some((line) => line.includes('Wrote 5 Bytes'))
      );
    });
  });

  it('refuses a function that exists, and what it can not run, by name, leaving what ran', async () => {
    workloads.deploy(specOf('kept'));
    const pod = await readyPod(workloads, 'kept');
    expect(thrownBy(() => workloads.deploy(specOf('kept')))).to.have.property('code', 'function-exists');
    expect(thrownBy(() => workloads.update(specOf('kept', { image: 'gone:1' }))))
      .to.have.property('message')
      .that.includes('gone:1')
      .and.includes('server:latest');
    expect(thrownBy(() => workloads.update(specOf('kept', { secrets: ['nope'] }))))
      .to.have.property('message')
      .that.includes('kept')
      .and.includes('nope');
    expect(thrownBy(() => workloads.update(specOf('kept', { limits: { cpu: 'lots' } }))))
      .to.have.property('message')
      .that.includes('function kept: limits.cpu');
    expect(thrownBy(() => workloads.update(specOf('kept', { limits: { cpu: '1' }, requests: { cpu: '2' } }))))
      .to.have.property('message')
      .that.includes('requests.cpu');
    expect(thrownBy(() => workloads.update(specOf('absent')))).to.have.property('code', 'function-not-found');
    expect(podsOf(workloads, 'kept').map(({ uid }) => uid)).to.deep.equal([pod.uid]);
    expect(workloads.deployment(NAMESPACE, 'kept')?.generation).to.equal(1);
  });

  it('keeps the old replica until the new one is ready, at every update', async () => {
    workloads.deploy(specOf('rolled'));
    const old = await readyPod(workloads, 'rolled');
    const readyCounts: number[] = [];
    const unsubscribe = workloads.subscribe((event) => {
      if (event.kind === 'pod' && event.pod.functionName === 'rolled') {
        readyCounts.push(podsOf(workloads, 'rolled').filter(({ ready }) => ready).length);
      }
    });
    expect(workloads.update(specOf('rolled')).generation).to.equal(2);
    await eventually(() => podsOf(workloads, 'rolled').every(({ uid }) => uid !== old.uid));
    unsubscribe();
    expect(Math.min(...readyCounts)).to.equal(1);
    expect(isAlive(old.pid ?? 0)).to.equal(false);
  });

  it('keeps serving from the old replica when the new one never becomes ready, and rolls on at the next update', async () => {
    workloads.deploy(specOf('stuck'));
    const old = await readyPod(workloads, 'stuck');
    workloads.update(specOf('stuck', { image: BROKEN_IMAGE }));
    await eventually(() => podsOf(workloads, 'stuck').some(({ restarts }) => restarts >= 1));
    expect(await call(workloads, 'stuck', '/')).to.equal(String(old.pid));
    workloads.update(specOf('stuck'));
    const next = await eventually(async () => {
      const pod = await readyPod(workloads, 'stuck');
      return pod.uid === old.uid ? undefined : pod;
    });
    expect(next.restarts).to.equal(0);
  });

  it('scales up and down, to none and back, and spreads calls over the replicas', async () => {
    workloads.deploy(specOf('scaled', { labels: { 'com.openfaas.scale.min': '2' } }));
    await eventually(() => podsOf(workloads, 'scaled').filter(({ ready }) => ready).length === 2);
    const answers = await Promise.all([1, 2].map(() => call(workloads, 'scaled', '/')));
    expect(new Set(answers).size).to.equal(2);
    workloads.scale(NAMESPACE, 'scaled', 0);
    await eventually(() => podsOf(workloads, 'scaled').length === 0);
    const impatient = workloads.lease(NAMESPACE, 'scaled', AbortSignal.timeout(50));
    expect(await impatient.catch((error: unknown) => error)).to.have.property('code', 'no-ready-replica');
    const patient = call(workloads, 'scaled', '/');
    workloads.scale(NAMESPACE, 'scaled', 1);
    expect(await patient).to.equal(String((await readyPod(workloads, 'scaled')).pid));
  });

  it('takes the least loaded replica, and counts each release once', async () => {
    workloads.deploy(specOf('leased', { labels: { 'com.openfaas.scale.min': '2' } }));
    await eventually(() => podsOf(workloads, 'leased').filter(({ ready }) => ready).length === 2);
    const take = () => workloads.lease(NAMESPACE, 'leased', AbortSignal.timeout(1000));
    const [first, second] = [await take(), await take()];
    expect(second.pod.uid).not.to.equal(first.pod.uid);
    const third = await take();
    const other = third.pod.uid === first.pod.uid ? second : first;
    third.release();
    third.release();
    other.release();
    expect((await take()).pod.uid).to.equal(other.pod.uid);
  });

  it('lets a call end before it ends the replica of a removed function, and forgets the function at once', async () => {
    workloads.deploy(specOf('gone'));
    const { pid } = await readyPod(workloads, 'gone');
    const lease = await workloads.lease(NAMESPACE, 'gone', AbortSignal.timeout(1000));
    workloads.remove(NAMESPACE, 'gone');
    expect(workloads.deployment(NAMESPACE, 'gone')).to.equal(undefined);
    expect(await (await fetch(lease.origin)).text()).to.equal(String(pid));
    lease.release();
    await eventually(() => !isAlive(pid ?? 0) && podsOf(workloads, 'gone').length === 0);
  });
});
