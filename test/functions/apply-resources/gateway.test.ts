import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { connectKubernetes } from '#platform/kubernetes/connect.ts';
import { readConfig } from '../../../functions/apply-resources/config.ts';
import { gatewayActuator } from '../../../functions/apply-resources/gateway.ts';
import { codeOf } from '../../support/failure.ts';

describe('the start of apply-resources with the gateway actuator', () => {
  let directory: string;
  const connection = connectKubernetes({ host: '127.0.0.1', port: 1, caPem: '', namespace: 'openfaas-fn' });
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'foresize-gateway-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });
  after(() => {
    connection.close();
  });

  const mount = (name: string, text: string): void => {
    writeFileSync(join(directory, name), text);
  };
  const start = (): string =>
    codeOf(() =>
      gatewayActuator(
        readConfig({
          ACTUATOR: 'gateway',
          SECRETS_PATH: directory,
          STACK_FILE: join(directory, 'stack.yml'),
        }),
        connection,
      ),
    );

  it('fails without the credentials or the stack.yml, and not with them', () => {
    expect(start()).to.equal('secret-missing');
    mount('basic-auth-user', 'admin');
    mount('basic-auth-password', ' ');
    expect(start()).to.equal('secret-missing');
    mount('basic-auth-password', 'secret');
    expect(start()).to.equal('stack-unreadable');
    mount('stack.yml', 'provider: { name: openfaas }');
    expect(start()).to.equal('accepted');
  });

  it('takes only known names for what may be lost', () => {
    expect([...readConfig({ GATEWAY_ACCEPT: 'replicas, labels' }).GATEWAY_ACCEPT]).to.deep.equal([
      'replicas',
      'labels',
    ]);
    expect(codeOf(() => readConfig({ GATEWAY_ACCEPT: 'everything' }))).to.equal('configuration-invalid');
  });
});
