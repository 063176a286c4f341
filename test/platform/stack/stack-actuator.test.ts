import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import type { LiveFunction } from '#core/chain/ports.ts';
import { createStackActuator } from '#platform/stack/stack-actuator.ts';
import { NO_RESOURCES } from '../../support/no-resources.ts';

const target: LiveFunction = {
  namespace: 'openfaas-fn',
  name: 'f',
  uid: 'u',
  annotations: {},
  labels: {},
  replicas: 1,
  template: NO_RESOURCES,
  pods: [],
};
const text = `provider: { name: openfaas }
functions:
  f:
    image: x # keep
    limits: { cpu: "0.2", memory: "\${MEM:-40Mi}" }
`;

describe('the stack actuator', () => {
  let path: string;
  const signal = new AbortController().signal;
  beforeEach(() => {
    path = join(mkdtempSync(join(tmpdir(), 'stack-')), 'stack.yml');
    writeFileSync(path, text);
  });
  afterEach(() => {
    rmSync(join(path, '..'), { recursive: true });
  });

  const actuator = (): ReturnType<typeof createStackActuator> =>
    createStackActuator({ path, environment: {} });

  it('plans one change where the file differs, none where it says the same in other words', () => {
    expect(actuator().plan(target, { ...NO_RESOURCES, cpuLimitCores: 0.4 })).to.have.length(1);
    expect(actuator().plan(target, { ...NO_RESOURCES, cpuLimitCores: 0.2, memoryLimitBytes: 40 * 2 ** 20 }))
      .to.be.empty;
  });

  it('writes the change, keeps the mode and a link, and leaves nothing else behind', async () => {
    chmodSync(path, 0o640);
    const link = join(path, '..', 'link.yml');
    symlinkSync(path, link);
    const linked = createStackActuator({ path: link, environment: {} });
    const [change] = linked.plan(target, { ...NO_RESOURCES, cpuLimitCores: 0.4, cpuRequestCores: 0.1 });
    expect(await linked.apply(change!, signal)).to.include({ pod: 'link.yml', result: 'applied' });
    expect(readFileSync(path, 'utf8')).to.equal(
      `${text.replace('"0.2"', '"400m"')}    requests:\n      cpu: 100m\n`,
    );
    expect(statSync(path).mode & 0o777).to.equal(0o640);
    expect(lstatSync(link).isSymbolicLink()).to.be.true;
    expect(readdirSync(join(path, '..')).sort()).to.deep.equal(['link.yml', 'stack.yml']);
    expect(linked.plan(target, change!.to)).to.be.empty;
    expect(await linked.apply(change!, signal)).to.include({ result: 'applied', detail: 'already written' });
  });

  it('refuses to overwrite a variable, and leaves the file as it was', async () => {
    const [change] = actuator().plan(target, { ...NO_RESOURCES, memoryLimitBytes: 2 ** 30 });
    const outcome = await actuator().apply(change!, signal);
    expect(outcome.result).to.equal('refused');
    expect(outcome.detail).to.include('${MEM:-40Mi}');
    expect(readFileSync(path, 'utf8')).to.equal(text);
  });

  it('says what is wrong with a file that it cannot read, and leaves it', async () => {
    writeFileSync(path, 'functions: [');
    const [change] = actuator().plan(target, { ...NO_RESOURCES, cpuLimitCores: 1 });
    expect((await actuator().apply(change!, signal)).result).to.equal('refused');
    expect(readFileSync(path, 'utf8')).to.equal('functions: [');
  });
});
