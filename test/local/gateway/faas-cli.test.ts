import { expect } from 'chai';
import { execa } from 'execa';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../support/eventually.ts';
import { findBinary } from '../../support/find-binary.ts';
import { CREDENTIALS, startHarness, type Harness } from './harness.ts';

const FAAS_CLI = findBinary('FAAS_CLI', 'faas-cli');

const missing = FAAS_CLI === undefined ? ' (skipped: no faas-cli on PATH or named by FAAS_CLI)' : '';

const stackYaml = (url: string): string => `version: 1.0
provider:
  name: openfaas
  gateway: ${url}
functions:
  probe:
    lang: dockerfile
    handler: ./probe
    image: example/probe:1
    environment:
      mode: fast
    secrets:
      - api-key
    labels:
      team: a
    annotations:
      note: kept
    limits:
      cpu: 100m
      memory: 128Mi
    requests:
      cpu: 20m
      memory: 64Mi
`;

describe(`faas-cli against the local gateway${missing}`, () => {
  let harness: Harness;
  let directory: string;

  before(async function () {
    if (FAAS_CLI === undefined) this.skip();
    harness = await startHarness({
      'example/probe:1': (request, response) => {
        const timestampMs = Date.now();
        const text = `called with ${request.url ?? ''}`;
        harness.workloads.log({
          name: 'probe',
          namespace: 'openfaas-fn',
          instance: 'pod',
          timestampMs,
          text,
        });
        request.pipe(response);
      },
    });
    directory = mkdtempSync(join(tmpdir(), 'foresize-faas-cli-'));
    writeFileSync(join(directory, 'stack.yml'), stackYaml(harness.gateway.url));
  });

  after(async function () {
    if (FAAS_CLI === undefined) return;
    rmSync(directory, { recursive: true });
    await harness.stop();
  });

  /** Runs one command beside stack.yml; `elsewhere` runs it where there is none. */
  async function faas(command: string, input = '', cwd = directory): Promise<{ code: number; text: string }> {
    const { exitCode, all } = await execa(FAAS_CLI ?? '', command.split(' '), {
      cwd,
      input,
      all: true,
      reject: false,
      timeout: 20_000,
      env: { HOME: directory, OPENFAAS_CONFIG: join(directory, 'config'), OPENFAAS_URL: harness.gateway.url },
    });
    return { code: exitCode ?? -1, text: all };
  }

  async function succeeds(command: string, input = '', cwd = directory): Promise<string> {
    const { code, text } = await faas(command, input, cwd);
    expect(code, text).to.equal(0);
    return text;
  }

  const elsewhere = (): string => mkdtempSync(join(directory, 'empty-'));

  const probe = () => harness.workloads.deployment('openfaas-fn', 'probe');

  it('logs in with the password and with no other', async () => {
    expect(await faas('login --password-stdin', 'wrong')).to.deep.include({ code: 1 });
    expect(await succeeds('login --password-stdin', CREDENTIALS.password)).to.contain(
      'credentials saved for admin',
    );
  });

  it('shows why a deploy is refused: a missing secret', async () => {
    const { code, text } = await faas('deploy -f stack.yml');
    expect(code).to.equal(1);
    expect(text).to.contain('400').and.contain('api-key').and.contain('faas-cli secret create');
    expect(probe()).to.equal(undefined);
  });

  it('creates, updates, lists and removes secrets', async () => {
    expect(await succeeds('secret create api-key --from-literal=one')).to.contain('201');
    writeFileSync(join(directory, 'raw'), Buffer.from([0, 255, 10, 13]));
    await succeeds('secret create raw --from-file=raw --trim=false');
    expect(await succeeds('secret list')).to.match(/api-key\s+raw/);
    expect(await succeeds('secret update api-key --from-literal=two')).to.contain('202');
    await succeeds('secret remove raw');
    expect(await succeeds('secret list')).to.not.contain('raw');
  });

  it('deploys stack.yml whole, and rolls it out at each deploy', async () => {
    expect(await succeeds('deploy -f stack.yml')).to.contain('202 Accepted');
    expect(probe()?.spec).to.deep.include({
      image: 'example/probe:1',
      envVars: { mode: 'fast' },
      secrets: ['api-key'],
      labels: { team: 'a' },
      annotations: { note: 'kept' },
      limits: { cpu: '100m', memory: '128Mi' },
      requests: { cpu: '20m', memory: '64Mi' },
    });
    await succeeds('deploy -f stack.yml');
    expect(probe()?.generation).to.equal(2);
  });

  it('replaces without an update when told so', async () => {
    expect(await succeeds('deploy -f stack.yml --update=false --replace')).to.contain('202 Accepted');
    expect(probe()?.generation).to.equal(1);
  });

  it('lists and describes the function', async () => {
    expect(await succeeds('list')).to.match(/probe\s+0\s+1/);
    expect(await succeeds('list -v'))
      .to.contain('example/probe:1')
      .and.match(/20\d\d-\d\d-\d\d/);
    const description = await succeeds('describe probe');
    for (const line of ['Status:             Ready', 'team: a', 'note: kept', 'mode: fast', '- api-key']) {
      expect(description).to.contain(line);
    }
    expect(description).to.match(/Limits:\s+CPU: 100m\s+Memory: 128Mi/);
    expect((await faas('describe ghost')).text).to.match(/no such function|not found/i);
  });

  it('finds function and gateway ready', async () => {
    expect(await succeeds('ready probe')).to.contain('Function probe is ready');
    expect(await succeeds('ready')).to.contain('gateway is ready');
  });

  it('invokes it, also asynchronously, and counts', async () => {
    expect(await succeeds('invoke probe', 'hello')).to.contain('hello');
    expect(await succeeds('invoke -a probe', 'hello')).to.contain('submitted asynchronously');
    await eventually(async () => /probe\s+2\s+1/.test((await faas('list')).text));
  });

  it('reads its logs', async () => {
    const lines = await succeeds('logs probe --tail=false --lines 1 --since 5m');
    expect(lines.match(/called with \//g)).to.have.length(1);
  });

  it('compares stack.yml with what runs: nothing differs but what OpenFaaS adds', async () => {
    const { text } = await faas('diff -f stack.yml');
    const rows = text.split('\n').filter((line) => line.includes('|') && !line.includes('deployed'));
    for (const row of rows) expect(row).to.match(/faas_function|prometheus\.io\.scrape/);
  });

  it('keeps a namespace apart, with a function deployed by its image', async () => {
    await succeeds('namespace create staging --label team=b');
    expect(await succeeds('namespace list'))
      .to.contain('openfaas-fn')
      .and.contain('staging');
    expect(await succeeds('namespace get staging')).to.contain('staging');
    const place = elsewhere();
    await succeeds('deploy --image example/probe:1 --name other --namespace staging', '', place);
    expect(await succeeds('list --namespace staging', '', place)).to.match(/other\s+0\s+1/);
    expect(await succeeds('list', '', place)).to.not.contain('other');
    expect(await succeeds('invoke other --namespace staging', 'there', place)).to.contain('there');
    await succeeds('remove other --namespace staging', '', place);
    await succeeds('namespace delete staging');
    expect(await succeeds('namespace list')).to.not.contain('staging');
  });

  it('names an unknown image', async () => {
    const { code, text } = await faas('deploy --image nobody/knows:1 --name odd', '', elsewhere());
    expect(code).to.equal(1);
    expect(text).to.contain('nobody/knows:1').and.contain('400');
  });

  it('removes the function, and says when there is none', async () => {
    await succeeds('remove -f stack.yml');
    expect(probe()).to.equal(undefined);
    const { code, text } = await faas('remove probe', '', elsewhere());
    expect(code).to.equal(1);
    expect(text).to.contain('No existing function to remove');
  });

  it('shows the release of gateway and provider', async () => {
    const { text } = await faas('version --short-version=false --warn-update=false');
    expect(text).to.contain('1.2.3').and.contain('foresize-local');
  });
});
