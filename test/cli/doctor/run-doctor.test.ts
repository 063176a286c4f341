import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import * as z from 'zod';
import { type DoctorFlags, runDoctor } from '../../../cli/doctor/run-doctor.ts';
import { LEVELS, SUBJECTS } from '../../../cli/doctor/finding.ts';
import { CREDENTIALS, type Harness, startHarness } from '../../local/gateway/harness.ts';
import { failure } from '../../support/failure.ts';
import { printed } from '../printed.ts';
import {
  component,
  configMapPath,
  deployments,
  deploymentsPath,
  listOf,
  NAMESPACE,
  type Scripted,
  type ScriptedCluster,
  secret,
  secretPath,
  servicePath,
  startScriptedCluster,
} from './scripted-cluster.ts';

const reportSchema = z.object({
  target: z.string(),
  findings: z.array(
    z.object({
      subject: z.enum(SUBJECTS),
      check: z.string(),
      level: z.enum(LEVELS),
      found: z.string(),
      advice: z.string().nullable(),
    }),
  ),
});

type Findings = z.infer<typeof reportSchema>['findings'];

describe('foresize doctor on a cluster', () => {
  let cluster: ScriptedCluster;
  beforeEach(async () => {
    cluster = await startScriptedCluster();
  });
  afterEach(async () => {
    process.exitCode = undefined;
    await cluster.close();
  });

  const flags = (more: Partial<DoctorFlags> = {}): DoctorFlags => ({
    kubeconfig: cluster.kubeconfig,
    namespace: NAMESPACE,
    failOn: 'problem',
    ...more,
  });

  async function look(more: Partial<DoctorFlags> = {}): Promise<Findings> {
    return reportSchema.parse(JSON.parse(await printed(() => runDoctor(flags({ json: true, ...more })))))
      .findings;
  }

  /** `level check: found`, of all that is not ok but what no password lets be checked. */
  async function wrong(
    answers: Readonly<Record<string, Scripted>>,
    more: Partial<DoctorFlags> = {},
  ): Promise<readonly string[]> {
    for (const [path, answer] of Object.entries(answers)) cluster.answers.set(path, answer);
    const findings = await look(more);
    return findings
      .filter(({ level, check }) => level !== 'ok' && check !== 'authorised')
      .map(({ level, check, found }) => `${level} ${check}: ${found}`);
  }

  const suiteWith = (environment: Readonly<Record<string, string>>) => ({
    [deploymentsPath]: deployments(environment),
  });

  it('finds the suite of stack.yml with the roles of deploy/ in order, and exits with 0', async () => {
    const findings = await look();
    expect(findings.filter(({ level }) => level !== 'ok').map(({ check }) => check)).to.deep.equal([
      'authorised',
    ]);
    expect(new Set(findings.map(({ subject }) => subject))).to.have.property('size', SUBJECTS.length);
    expect(process.exitCode).to.equal(undefined);
  });

  it('writes nothing, and tells no secret', async () => {
    const text = await printed(() => runDoctor(flags()));
    const writes = cluster.asked.filter((line) => !line.startsWith('GET '));
    expect([...new Set(writes)]).to.have.members([
      'POST /apis/authorization.k8s.io/v1/subjectaccessreviews',
      `POST ${servicePath('prometheus:9090', '/api/v1/query')}`,
    ]);
    expect(text).not.to.match(/token-of-|BwcHBwcH/);
  });

  it('exits with 3 at a problem, and at a warning only if asked to', async () => {
    cluster.answers.set(configMapPath('foresize-kill-switch'), { metadata: {}, data: { writes: 'off' } });
    await look();
    expect(process.exitCode).to.equal(undefined);
    await look({ failOn: 'warning' });
    expect(process.exitCode).to.equal(3);
    process.exitCode = undefined;
    cluster.answers.set(configMapPath('foresize-kill-switch'), 404);
    await look();
    expect(process.exitCode).to.equal(3);
  });

  it('prints only what needs doing if asked to be quiet', async () => {
    const text = await printed(() => runDoctor(flags({ quiet: true })));
    expect(text).to.match(/^gateway\n {2}unknown {2}authorised {2}asked without a password\n/);
    expect(text).not.to.include('  ok');
  });

  it('fails where the API server does not answer, and where nobody is let in', async () => {
    cluster.answers.set('/version', null);
    expect(await failure(runDoctor(flags()))).to.include({ code: 'http-failed', exitCode: 1 });
    cluster.answers.set('/version', 403);
    expect(await failure(runDoctor(flags()))).to.include({ code: 'kubernetes-refused', exitCode: 1 });
    expect(await failure(runDoctor(flags({ kubeconfig: '/nowhere' })))).to.include({ exitCode: 2 });
  });

  it('finds what is wrong with the cluster itself', async () => {
    const path = `/api/v1/namespaces/${NAMESPACE}`;
    const api = { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'pods' }] };
    const told = await wrong({ [path]: 404, '/api/v1': api });
    expect(told[0]).to.equal(`problem namespace: there is no namespace ${NAMESPACE}`);
    expect(told[1]).to.match(/^problem in-place resize: this cluster does not resize running pods/);
  });

  it('finds a gateway without an endpoint, and metrics without a Service', async () => {
    const told = await wrong({
      [servicePath('gateway:8080', '/healthz')]: 503,
      [servicePath('foresize-gateway-metrics:8082', '/metrics')]: 404,
    });
    expect(told).to.deep.equal([
      'problem reachable: the Service openfaas/gateway:8080: no /healthz, 503',
      'problem calls counted: the Service openfaas/foresize-gateway-metrics:8082: no /metrics, 404',
    ]);
  });

  it('tells what it may not read from what is not there', async () => {
    const told = await wrong({
      [secretPath('foresize-key')]: 403,
      [secretPath('foresize-reader')]: 404,
      [configMapPath('foresize-cycle')]: 403,
      '/api/v1/nodes/node-1/proxy/metrics/cadvisor': 403,
      '/apis/authorization.k8s.io/v1/subjectaccessreviews': 403,
    });
    expect(told.map((line) => line.split(':')[0])).to.deep.equal([
      'unknown kubelets',
      'problem foresize-reader',
      'unknown foresize-key',
      'unknown rights',
      'unknown cycles',
    ]);
  });

  it('finds a token of an account that was made again, and a short key', async () => {
    cluster.tokens.delete('token-of-writer');
    const short = secret({ 'foresize-key': Buffer.alloc(16).toString('base64') });
    expect(await wrong({ [secretPath('foresize-key')]: short })).to.deep.equal([
      'problem foresize-writer: the API server does not take its token',
      'problem foresize-key: a key of foresize-key has 16 bytes; 32 are needed',
    ]);
  });

  it('finds rights beyond those of deploy/, of the functions too', async () => {
    cluster.allowed = (account, { verb, resource }) =>
      (account === 'foresize-reader' && verb === 'list' && resource === 'secrets') ||
      (account === 'default' && resource === 'pods');
    const [reader, others] = await wrong({});
    expect(reader).to.equal(
      'warning rights of reader: foresize-reader may, and need not: list secrets, list secrets in other namespaces',
    );
    expect(others).to.include(
      'problem rights of others: the account default, as which other functions run, may create pods',
    );
  });

  it('asks the Prometheus that collect-metrics reads for its series', async () => {
    const now = Math.floor(Date.now() / 1000);
    const values = Array.from({ length: 20 }, (_, index) => [now - 60 * (20 - index), '1']);
    const metric = { container: 'qrcode', namespace: NAMESPACE, pod: 'qrcode-1' };
    const data = { resultType: 'matrix', result: [{ metric, values }] };
    const told = await wrong({
      ...suiteWith({ METRICS_SOURCE: 'prometheus' }),
      [servicePath('prometheus:9090', '/api/v1/query')]: { status: 'success', data },
    });
    expect(told[0]).to.equal(
      'warning Prometheus: the Service openfaas/prometheus:9090 has all series, every 1m',
    );
    expect(told[1]).to.match(/^warning rights of reader: .*get nodes\/proxy$/);
  });

  it('finds what is wrong with the chain', async () => {
    const told = await wrong({
      ...suiteWith({ CYCLE_PERIOD: 'soon' }),
      [configMapPath('foresize-cycle')]: { metadata: {} },
      '/apis/apps/v1/namespaces/openfaas/deployments': listOf([component('gateway')]),
    });
    expect(told[0]).to.match(/^problem configuration: collect-metrics: CYCLE_PERIOD="soon"/);
    expect(told.find((line) => line.includes('schedule'))).to.include('"@every soon"');
    expect(told.at(-1)).to.equal('unknown cycles: how long a cycle is, is not known');
  });

  describe('with a password', () => {
    let harness: Harness;
    let folder = '';
    before(async () => {
      harness = await startHarness({});
      folder = mkdtempSync(join(tmpdir(), 'foresize-doctor-login-'));
    });
    after(async () => {
      delete process.env.OPENFAAS_CONFIG;
      rmSync(folder, { recursive: true });
      await harness.stop();
    });

    const authorised = async (more: Partial<DoctorFlags>): Promise<string> => {
      const findings = await look({ gateway: harness.gateway.url, ...more });
      const { level, found } = findings.find(({ check }) => check === 'authorised')!;
      return `${level}: ${found}`;
    };

    it('says who answers at the gateway named, by a file or by what faas-cli keeps', async () => {
      const file = join(folder, 'password');
      writeFileSync(file, `${CREDENTIALS.password}\n`);
      const known = 'foresize-local, gateway 1.2.3; 0 functions listed';
      expect(await authorised({ passwordFile: file })).to.equal(`ok: by the password in ${file}: ${known}`);
      process.env.OPENFAAS_CONFIG = folder;
      const token = Buffer.from(`${CREDENTIALS.user}:${CREDENTIALS.password}`).toString('base64');
      const config = join(folder, 'config.yml');
      writeFileSync(
        config,
        `auths:\n- gateway: ${harness.gateway.url}/\n  auth: basic\n  token: ${token}\n  options: []\n`,
      );
      expect(await authorised({})).to.equal(`ok: by the password in ${config}: ${known}`);
    });

    it('finds a wrong password, and names a file that is not there', async () => {
      const file = join(folder, 'wrong');
      writeFileSync(file, 'guess');
      expect(await authorised({ passwordFile: file })).to.match(/^problem: with the password in .*401/);
      const absent = { gateway: harness.gateway.url, passwordFile: join(folder, 'absent') };
      const refused = await failure(runDoctor(flags(absent)));
      expect(refused).to.include({ code: 'request-invalid', exitCode: 2 });
    });
  });
});
