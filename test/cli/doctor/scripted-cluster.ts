import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { dump } from 'js-yaml';
import * as z from 'zod';
import { deployBodies } from '#platform/stack/deploy-body.ts';
import { readStack } from '#platform/stack/read-stack.ts';
import type { Attributes } from '../../../local/kubernetes/authorization.ts';
import { ensureCertificate } from '../../../local/kubernetes/certificate.ts';
import { functionDeployment } from '../../cluster/function-objects.ts';
import { SECRET_KEYS } from '../../cluster/identities.ts';
import { manifestText, parseManifests, permits, rulesOf } from '../../deploy/manifests.ts';
import { cadvisor, gateway } from '../../platform/sources/exposition-server.ts';

export const NAMESPACE = 'openfaas-fn';
const CORE = `/api/v1/namespaces/${NAMESPACE}`;
const APPS = '/apis/apps/v1/namespaces';
const OPENFAAS = '/api/v1/namespaces/openfaas/services';

/** An answer of what is behind the API server, passed on. */
class Passed {
  readonly status: number;
  readonly text: string;

  constructor(status: number, text: string) {
    this.status = status;
    this.text = text;
  }
}

/**
 * What is answered at a path: an object as JSON, text as it is, what somebody else answers, the API server's own refusal
 * with a status, or nothing at all.
 */
export type Scripted = object | string | Passed | number | null;

/** An API server over HTTPS whose answers are written down: a cluster on which all is well but what a test changes. */
export interface ScriptedCluster {
  readonly kubeconfig: string;
  /** Other answers, by path. */
  readonly answers: Map<string, Scripted>;
  /** Methods and paths that were asked for. */
  readonly asked: string[];
  /** Tokens that are taken beside the administrator's. */
  readonly tokens: Set<string>;
  /** What accounts may do beyond the roles of deploy/. */
  allowed: (account: string, wanted: Attributes) => boolean;
  close(): Promise<void>;
}

const ADMIN = 'administrator';

export async function startScriptedCluster(): Promise<ScriptedCluster> {
  const directory = mkdtempSync(join(tmpdir(), 'foresize-doctor-'));
  const { keyPem, certificatePem, caPem } = await ensureCertificate(directory, Date.now());
  const answers = new Map<string, Scripted>(Object.entries(healthyAnswers()));
  const asked: string[] = [];
  const tokens = new Set(['token-of-reader', 'token-of-writer']);
  const server = createServer({ key: keyPem, cert: certificatePem }, (request, response) => {
    const path = (request.url ?? '').replace(/\?.*$/, '');
    asked.push(`${request.method ?? ''} ${path}`);
    const token = /^Bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '';
    const isKnown = token === ADMIN || tokens.has(token);
    const answer = isKnown ? answers.get(path) : 401;
    if (answer === null) request.socket.destroy();
    else if (answer === undefined && path === REVIEWS)
      void text(request).then((body) => {
        send(response, new Passed(201, JSON.stringify(review(body, cluster.allowed))));
      });
    else send(response, answer ?? 404, path);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const kubeconfig = join(directory, 'kubeconfig');
  writeFileSync(kubeconfig, kubeconfigOf(`https://127.0.0.1:${port}`, caPem));
  const cluster: ScriptedCluster = {
    kubeconfig,
    answers,
    asked,
    tokens,
    allowed: () => false,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      rmSync(directory, { recursive: true });
    },
  };
  return cluster;
}

function send(response: ServerResponse, answer: NonNullable<Scripted>, path = ''): void {
  const passed = answer instanceof Passed ? answer : passedOf(answer, path);
  const type = passed.text.startsWith('{') ? 'application/json' : 'text/plain';
  response.writeHead(passed.status, { 'content-type': type }).end(passed.text);
}

function passedOf(answer: object | string | number, path: string): Passed {
  if (typeof answer === 'string') return new Passed(200, answer);
  if (typeof answer === 'object') return new Passed(200, JSON.stringify(answer));
  const message = `no ${path.replace(/.*\/proxy/, '')}, ${answer}`;
  return new Passed(answer, JSON.stringify({ kind: 'Status', apiVersion: 'v1', code: answer, message }));
}

function kubeconfigOf(server: string, caPem: string): string {
  const ca = Buffer.from(caPem).toString('base64');
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'shop', cluster: { server, 'certificate-authority-data': ca } }],
    users: [{ name: 'admin', user: { token: ADMIN } }],
    contexts: [{ name: 'shop', context: { cluster: 'shop', user: 'admin' } }],
    'current-context': 'shop',
  });
}

const REVIEWS = '/apis/authorization.k8s.io/v1/subjectaccessreviews';

const reviewSchema = z.object({
  spec: z.object({
    user: z.string(),
    resourceAttributes: z.object({
      verb: z.string(),
      group: z.string(),
      resource: z.string(),
      subresource: z.string().default(''),
      namespace: z.string().default(''),
      name: z.string().default(''),
    }),
  }),
});

/** What deploy/ installs. */
const MANIFESTS = parseManifests(manifestText('foresize.yaml'));

/** By the roles that deploy/ installs. */
function review(body: string, allowed: ScriptedCluster['allowed']): object {
  const { user, resourceAttributes: wanted } = reviewSchema.parse(JSON.parse(body)).spec;
  const account = user.split(':').at(-1) ?? '';
  const role = /^foresize-(reader|writer)$/.exec(account)?.[1];
  const rules =
    role === undefined
      ? []
      : [
          ...rulesOf(MANIFESTS, 'ClusterRole', `foresize-openfaas-fn-${role}`),
          ...(wanted.namespace === NAMESPACE ? rulesOf(MANIFESTS, 'Role', `foresize-${role}`) : []),
        ];
  return { status: { allowed: rules.some((rule) => permits(rule, wanted)) || allowed(account, wanted) } };
}

export const listOf = (items: readonly unknown[]): object => ({ metadata: {}, items });

export const deploymentsPath = `${APPS}/${NAMESPACE}/deployments`;
export const secretPath = (name: string): string => `${CORE}/secrets/${name}`;
export const configMapPath = (name: string): string => `${CORE}/configmaps/${name}`;
export const servicePath = (name: string, path: string): string => `${OPENFAAS}/${name}/proxy${path}`;

/** The Deployments of stack.yml, as faas-netes writes them. */
export function deployments(environment: Readonly<Record<string, string>> = {}): object {
  const bodies = deployBodies(readStack('stack.yml', environment));
  return listOf(
    bodies.map((body, index) => {
      const { metadata, spec } = functionDeployment(body, SECRET_KEYS, { uid: index, replicas: 1 });
      const known = { name: metadata?.name, labels: metadata?.labels, annotations: metadata?.annotations };
      return { metadata: { ...known, namespace: NAMESPACE, uid: `uid-${index}` }, spec };
    }),
  );
}

function pods(): object {
  const bodies = deployBodies(readStack('stack.yml', {}));
  return listOf(
    bodies.map(({ service, limits, requests }) => ({
      metadata: {
        name: `${service}-1`,
        namespace: NAMESPACE,
        uid: service,
        labels: { faas_function: service },
      },
      spec: { nodeName: 'node-1', containers: [{ name: service, resources: { limits, requests } }] },
      status: {
        phase: 'Running',
        qosClass: 'Burstable',
        conditions: [{ type: 'Ready', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
        containerStatuses: [{ name: service, restartCount: 0, resources: { limits, requests } }],
      },
    })),
  );
}

export function secret(data: Readonly<Record<string, string>>, annotations: object = {}): object {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]);
  const type = 'token' in data ? 'kubernetes.io/service-account-token' : 'Opaque';
  return { metadata: { annotations }, type, data: Object.fromEntries(encoded) as object };
}

const tokenSecret = (role: string): object =>
  secret(
    { token: `token-of-${role}`, 'ca.crt': 'PEM', namespace: NAMESPACE },
    { 'kubernetes.io/service-account.name': `foresize-${role}` },
  );

export const component = (name: string): object => ({
  metadata: { name, namespace: 'openfaas' },
  spec: { template: { spec: { containers: [{ name, image: `registry.example/${name}:1` }] } } },
  status: { readyReplicas: 1 },
});

const PERIOD_MS = 15_000;

function healthyAnswers(): Readonly<Record<string, Scripted>> {
  const now = Date.now();
  const cycle = Math.floor(now / PERIOD_MS);
  const suite = JSON.stringify({ cycles: { 0: cycle } });
  const quantities = { cpu: '4', memory: '8Gi' };
  const node = {
    metadata: { name: 'node-1' },
    status: { allocatable: quantities, conditions: [], nodeInfo: { kubeletVersion: 'v1.34.4' } },
  };
  const container = { atMs: now - 5000, cpu: 1, throttled: 0, periods: 0, memory: 1e7, oom: 0 };
  const horizontal = '/apis/autoscaling/v2/namespaces';
  return {
    '/version': { major: '1', minor: '34', gitVersion: 'v1.34.4' },
    '/api/v1': { kind: 'APIResourceList', groupVersion: 'v1', resources: [{ name: 'pods/resize' }] },
    '/api/v1/nodes': listOf([node]),
    '/api/v1/nodes/node-1/proxy/metrics/cadvisor': cadvisor([
      { ...container, limitCores: 0.1, startSeconds: 1 },
    ]),
    [CORE]: { metadata: { name: NAMESPACE } },
    [`${CORE}/limitranges`]: listOf([]),
    [`${CORE}/resourcequotas`]: listOf([]),
    [`${horizontal}/${NAMESPACE}/horizontalpodautoscalers`]: listOf([]),
    [`${CORE}/pods`]: pods(),
    [deploymentsPath]: deployments(),
    [`${APPS}/openfaas/deployments`]: listOf([component('gateway'), component('cron-connector')]),
    [secretPath('foresize-key')]: secret({ 'foresize-key': `${Buffer.alloc(32, 7).toString('base64')}\n` }),
    [secretPath('foresize-reader')]: tokenSecret('reader'),
    [secretPath('foresize-writer')]: tokenSecret('writer'),
    [configMapPath('foresize-cycle')]: { metadata: {}, data: { cycle: String(cycle) } },
    [configMapPath('foresize-kill-switch')]: { metadata: {} },
    [configMapPath('foresize-state-suite')]: { metadata: { resourceVersion: '1' }, data: { suite } },
    [`/apis/metrics.k8s.io/v1beta1/namespaces/${NAMESPACE}/pods`]: listOf([{}, {}]),
    [servicePath('gateway:8080', '/healthz')]: 'OK',
    [servicePath('gateway:8080', '/system/info')]: new Passed(401, 'invalid credentials'),
    [servicePath('foresize-gateway-metrics:8082', '/metrics')]: gateway({
      qrcode: { started: 3, completed: 3 },
    }),
  };
}
