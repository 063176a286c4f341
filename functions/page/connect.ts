import { lookAround, type LookOptions, type LookPorts } from '#core/chain/look.ts';
import { ForesizeError } from '#core/errors/error.ts';
import { forecastMessageSchema } from '#core/messages/forecast.ts';
import { parseMessage } from '#core/messages/parse-message.ts';
import type { UsageMessage } from '#core/messages/usage.ts';
import { expectStatus } from '#platform/carriers/sync-carrier.ts';
import { createGatewayClient } from '#platform/gateway/client.ts';
import { connectKubernetes, type KubernetesConnection } from '#platform/kubernetes/connect.ts';
import { readIdentity } from '#platform/kubernetes/identity.ts';
import { createKubernetesWorkloads } from '#platform/kubernetes/workloads.ts';
import { createSource, type RunningSource } from '#platform/sources/configured-source.ts';
import { createConfigMapStateStore } from '#platform/state/configmap-state-store.ts';
import type { FunctionLog } from '#template/types.ts';
import type { PageData } from '#page/answer.ts';
import type { Observed } from '#page/observed.ts';
import { createPageData } from '#page/page-data.ts';
import { withRemembered } from '#page/remembered-decisions.ts';
import type { PageConfig } from './config.ts';
import { createPeakMemory } from './peak-memory.ts';

export interface Connected {
  readonly data: PageData;
  readonly source: RunningSource;
}

/** As collect-metrics reads, and half of what predict-resources accepts at once. */
const LOOK: LookOptions = { stepMs: 15_000, steps: 240, horizonMs: 75_000, messageBytes: 4_000_000 };

/** The reader's connections. Throws `identity-missing` and `configuration-invalid`. */
export function connect(config: Readonly<PageConfig>, log: FunctionLog): Connected {
  const { FUNCTION_NAMESPACE: namespace } = config;
  const identity = readIdentity(config.SECRETS_PATH);
  const server = { host: config.KUBERNETES_SERVICE_HOST, port: config.KUBERNETES_SERVICE_PORT };
  const connection = connectKubernetes({ ...server, ...identity, namespace });
  const workloads = createKubernetesWorkloads(connection);
  const source = createSource(config, { identity, address: connection.address, workloads, log });
  const peaks = createPeakMemory(LOOK.steps * LOOK.stepMs);
  const states = createStates(connection, log);
  const ports: LookPorts = {
    clock: Date.now,
    source,
    workloads,
    states: states.read,
    forecast: forecasterOf(config),
  };
  const observe = async (signal: AbortSignal): Promise<Observed> => {
    const look = await lookAround(ports, LOOK, signal);
    peaks.remember(look);
    return {
      ...look,
      target: `namespace ${namespace}`,
      notes: states.notes(),
      functions: look.functions.map(({ state, recommendation, ...seen }) => ({
        ...seen,
        recommended: recommendation?.to ?? null,
        decisions: withRemembered([], state, seen.live),
        pastPeaks: () => peaks.of(seen.live),
      })),
    };
  };
  return { data: createPageData({ observe, clock: Date.now }), source };
}

/** What anyone may ask of predict-resources: so what is shown is what the chain sees. Throws `hop-failed`. */
function forecasterOf({
  OPENFAAS_URL: url,
  FUNCTION_NAMESPACE,
}: Readonly<PageConfig>): LookPorts['forecast'] {
  const gateway = createGatewayClient({ url });
  const headers = { 'content-type': 'application/json' };
  return async (usage: UsageMessage, signal) => {
    const invocation = { headers, body: JSON.stringify(usage) };
    const answer = await gateway.invoke(`predict-resources.${FUNCTION_NAMESPACE}`, invocation, signal);
    expectStatus(answer, 200, 'predict-resources');
    return parseMessage(forecastMessageSchema, JSON.parse(answer.body.toString('utf8')));
  };
}

interface States {
  readonly read: LookPorts['states'];
  readonly notes: () => readonly string[];
}

/** The state, which the reader may read only where the chart was told so: the page does without. */
function createStates(connection: KubernetesConnection, log: FunctionLog): States {
  const store = createConfigMapStateStore(connection, log);
  let problem: string | null = null;
  return {
    notes: () => (problem === null ? [] : [problem]),
    async read(signal) {
      try {
        const { functions } = await store.load(signal);
        problem = null;
        return functions;
      } catch (error) {
        if (!(error instanceof ForesizeError)) throw error;
        if (problem === null) log.warn({ err: error }, 'the state cannot be read');
        problem =
          'What Foresize remembers may not be read here: decisions are not shown, and only the use in sight counts.';
        return new Map();
      }
    },
  };
}
