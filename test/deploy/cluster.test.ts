import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { CHART } from '../../scripts/manifests/render.ts';
import { eventually } from '../support/eventually.ts';
import { findBinary } from '../support/find-binary.ts';
import { manifestText, parseManifests } from './manifests.ts';

const kubectl = findBinary('KUBECTL', 'kubectl') ?? '';
const helm = findBinary('HELM', 'helm') ?? '';
const missing = process.env.KUBECONFIG === undefined || kubectl === '';
const run = promisify(execFile);

describe('On the cluster of KUBECONFIG (skipped without it, or without `kubectl` on PATH or in KUBECTL)', function () {
  this.timeout(120_000);
  const suffix = randomBytes(4).toString('hex');
  const [functions, openfaas] = [`foresize-fn-${suffix}`, `foresize-of-${suffix}`] as const;
  const settings = [
    `functionNamespace=${functions}`,
    `openfaasNamespace=${openfaas}`,
    `prometheus.rbac.serviceAccount.namespace=${openfaas}`,
  ].flatMap((setting) => ['--set', setting]);

  const kube = async (...command: readonly string[]): Promise<string> =>
    (await run(kubectl, [...command])).stdout;
  const charts = async (...command: readonly string[]): Promise<string> =>
    (await run(helm, [...command, '--namespace', functions])).stdout;

  before(async function () {
    if (missing) this.skip();
    await kube('create', 'namespace', functions);
    await kube('create', 'namespace', openfaas);
  });

  after(async () => {
    if (missing) return;
    await kube('delete', 'namespace', functions, openfaas, '--wait=false');
  });

  /** What the API server would make of a text of manifests. */
  async function dryRun(text: string): Promise<string> {
    const applied = run(kubectl, ['apply', '--dry-run=server', '--validate=strict', '-o', 'name', '-f', '-']);
    applied.child.stdin?.end(
      text
        .replaceAll('openfaas-fn', functions)
        .replaceAll('namespace: openfaas\n', `namespace: ${openfaas}\n`),
    );
    return (await applied).stdout;
  }

  for (const file of ['foresize.yaml', 'prometheus.yaml', 'dashboard.yaml']) {
    it(`accepts every object of ${file}`, async () => {
      const text = manifestText(file);
      expect((await dryRun(text)).trim().split('\n')).to.have.length(parseManifests(text).length);
    });
  }

  describe('by Helm (skipped without `helm` on PATH or in HELM)', () => {
    before(async function () {
      if (helm === '') this.skip();
      await charts('install', 'foresize', CHART, ...settings);
    });

    after(async () => {
      if (helm !== '' && !missing) await charts('uninstall', 'foresize', '--ignore-not-found');
    });

    const secret = async (name: string, key: string): Promise<string> =>
      kube('-n', functions, 'get', 'secret', name, '-o', `jsonpath={.data.${key}}`);
    const accountCan = async (role: string, ...what: readonly string[]): Promise<boolean> => {
      const account = `system:serviceaccount:${functions}:foresize-${role}`;
      const asked = run(kubectl, ['auth', 'can-i', ...what, '-n', functions, '--as', account]);
      return asked.then(({ stdout }) => stdout.trim() === 'yes').catch(() => false);
    };

    it('makes tokens and a key, listed as OpenFaaS lists secrets', async () => {
      const listed = await kube(
        '-n',
        functions,
        'get',
        'secret',
        '-o',
        'name',
        '-l',
        'app.kubernetes.io/managed-by=openfaas',
      );
      expect(listed.trim().split('\n')).to.have.members(
        ['foresize-key', 'foresize-reader', 'foresize-writer'].map((name) => `secret/${name}`),
      );
      for (const role of ['reader', 'writer']) {
        const token = await eventually(() =>
          secret(`foresize-${role}`, 'token').then((text) => text !== '' && text),
        );
        expect(Buffer.from(token, 'base64').toString()).to.match(/^ey/);
      }
      const key = Buffer.from(await secret('foresize-key', 'foresize-key'), 'base64').toString();
      expect(Buffer.from(key, 'base64')).to.have.length(32);
    });

    it('lets the writer resize pods, and the reader not', async () => {
      expect(await accountCan('writer', 'patch', 'pods', '--subresource=resize')).to.equal(true);
      expect(await accountCan('reader', 'patch', 'pods', '--subresource=resize')).to.equal(false);
      expect(await accountCan('writer', 'patch', 'pods')).to.equal(false);
      expect(await accountCan('writer', 'get', 'secrets')).to.equal(false);
    });

    it('keeps key, tokens, cycle and kill switch through an upgrade', async () => {
      const before = await Promise.all([
        secret('foresize-key', 'foresize-key'),
        secret('foresize-reader', 'token'),
      ]);
      const data = async (name: string): Promise<string> =>
        kube('-n', functions, 'get', 'configmap', name, '-o', 'jsonpath={.data}');
      for (const name of ['foresize-cycle', 'foresize-kill-switch'])
        await kube(
          '-n',
          functions,
          'patch',
          'configmap',
          name,
          '--type=merge',
          '--patch',
          '{"data":{"said":"42"}}',
        );
      await charts('upgrade', 'foresize', CHART, ...settings, '--set', 'rbac.stateShards=2');
      expect(
        await Promise.all([secret('foresize-key', 'foresize-key'), secret('foresize-reader', 'token')]),
      ).to.deep.equal(before);
      expect(await data('foresize-cycle')).to.equal('{"said":"42"}');
      expect(await data('foresize-kill-switch')).to.equal('{"said":"42"}');
    });

    it('makes a lost token again with the next upgrade', async () => {
      await kube('-n', functions, 'delete', 'secret', 'foresize-writer');
      await charts('upgrade', 'foresize', CHART, ...settings);
      await eventually(() => secret('foresize-writer', 'token').then((text) => text !== ''));
    });

    it('leaves nothing but the key when it goes', async () => {
      await charts('uninstall', 'foresize', '--wait');
      await eventually(
        async () => {
          const kinds = 'secret,configmap,role,networkpolicy,serviceaccount';
          const left = await kube(
            '-n',
            functions,
            'get',
            kinds,
            '-o',
            'name',
            '-l',
            'app.kubernetes.io/part-of=foresize',
          );
          expect(left.trim()).to.equal('secret/foresize-key');
          return true;
        },
        { timeoutMs: 30_000, everyMs: 200 },
      );
    });
  });
});
