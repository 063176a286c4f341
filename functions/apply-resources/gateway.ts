import { join } from 'node:path';
import type { Actuator } from '#core/chain/ports.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { createGatewayActuator } from '#platform/gateway/gateway-actuator.ts';
import { GATEWAY_SECRETS } from '#platform/gateway/scaler.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { createDeployedReader } from '#platform/kubernetes/deployed-function.ts';
import { readSecret } from '#platform/secrets/read-secret.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import type { ApplyConfig } from './config.ts';

/** Throws `secret-missing`, `stack-unreadable` and `stack-invalid`: without its needs it could only ever refuse. */
export function gatewayActuator(config: Readonly<ApplyConfig>, connection: KubernetesConnection): Actuator {
  const { OPENFAAS_URL: url, SECRETS_PATH, STACK_FILE: path, GATEWAY_ACCEPT: accept } = config;
  const credentials = {
    user: credential(SECRETS_PATH, GATEWAY_SECRETS.user),
    password: credential(SECRETS_PATH, GATEWAY_SECRETS.password),
  };
  readStack(path, process.env);
  return createGatewayActuator({
    gateway: createGatewayClient({ url, credentials }),
    deployed: createDeployedReader(connection),
    path,
    environment: process.env,
    accept,
  });
}

function credential(directory: string, name: string): string {
  const value = readSecret(directory, name);
  if (value !== '') return value;
  throw new ForesizeError('secret-missing', `the secret ${name} at ${join(directory, name)} is empty`);
}
