import { setTimeout as delay } from 'node:timers/promises';
import type { ApplyPorts } from '#core/chain/apply.ts';
import type { Actuator, WriteStop } from '#core/chain/ports.ts';
import { createGatewayScaler } from '#platform/gateway/scaler.ts';
import { createKubernetesActuator } from '#platform/kubernetes/actuator.ts';
import type { KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { connectAs } from '#platform/kubernetes/identity.ts';
import { createEventAnnouncer } from '#platform/kubernetes/event-announcer.ts';
import { createKillSwitch, stoppable } from '#platform/kubernetes/kill-switch.ts';
import { createNoneActuator } from '#platform/kubernetes/none-actuator.ts';
import { recentWorkloads } from '#platform/kubernetes/recent-workloads.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createDecisionLog } from '#platform/logs/decision-log.ts';
import { readSecret } from '#platform/secrets/read-secret.ts';
import { createSigner, type Signer } from '#platform/signatures/signer.ts';
import { createStackActuator } from '#platform/stack/stack-actuator.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import type { FunctionLog } from '#template/types.ts';
import type { ApplyConfig } from './config.ts';
import { gatewayActuator } from './gateway.ts';
import type { ApplyMetrics } from './observe.ts';

export interface Connected {
  readonly ports: ApplyPorts;
  readonly signer: Signer;
  /** Resolves once what was announced is told. */
  readonly told: () => Promise<void>;
}

/** The writer's connections. Throws `identity-missing`, `secret-missing`, `key-invalid`; see also `gatewayActuator`. */
export function connect(
  config: Readonly<ApplyConfig>,
  log: FunctionLog,
  metrics: ApplyMetrics | null,
): Connected {
  const server = { host: config.KUBERNETES_SERVICE_HOST, port: config.KUBERNETES_SERVICE_PORT };
  const connection = connectAs(config.SECRETS_PATH, server);
  // Less than a cycle, so that each cycle looks anew.
  const reuseMs = config.CYCLE_PERIOD / 3;
  const announcer = createEventAnnouncer(connection, log);
  const killSwitch = createKillSwitch(connection);
  const writeStop = metrics?.observedSwitch(killSwitch) ?? killSwitch;
  const ports: ApplyPorts = {
    clock: Date.now,
    workloads: recentWorkloads(createKubernetesWorkloads(connection), Date.now, reuseMs),
    state: createConfigMapStateStore(connection, log, { reuseMs }),
    actuator: stoppable(createActuator(config, connection), writeStop),
    ...scalerOf(config, writeStop),
    log: createDecisionLog(config.DECISION_LOG_DIRECTORY, process.stdout),
    announcer,
    pause: (ms, signal) => delay(ms, undefined, { signal }),
  };
  const signer = createSigner(readSecret(config.SECRETS_PATH, 'foresize-key'));
  return { ports: metrics?.observed(ports) ?? ports, signer, told: announcer.idle };
}

function createActuator(config: Readonly<ApplyConfig>, connection: KubernetesConnection): Actuator {
  const { ACTUATOR, STACK_FILE } = config;
  switch (ACTUATOR) {
    case 'kubernetes':
      return createKubernetesActuator(connection);
    case 'stack':
      return createStackActuator({ path: STACK_FILE, environment: process.env });
    case 'gateway':
      return gatewayActuator(config, connection);
    case 'none':
      return createNoneActuator();
  }
}

/** Those that change no pods change no replicas either. */
function scalerOf(
  { ACTUATOR, OPENFAAS_URL: url, SECRETS_PATH: secretsPath }: Readonly<ApplyConfig>,
  writeStop: WriteStop,
): Pick<ApplyPorts, 'scaler'> {
  if (ACTUATOR === 'stack' || ACTUATOR === 'none') return {};
  return { scaler: createGatewayScaler({ url, secretsPath, writeStop }) };
}
