import {
  loadYaml,
  type AuthenticationV1TokenRequest,
  type V1SelfSubjectAccessReview,
} from '@kubernetes/client-node';
import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { type Cluster, clusterAs, createNamespace, KUBECONFIG, NO_CLUSTER, openCluster } from './cluster.ts';
import { installIdentities, removeIdentities, tokenOf } from './identities.ts';

const namespace = `foresize-test-rights-${process.pid}`;

/** `verb resource[/subresource][.group] [name]`, in the functions' namespace unless it begins with `elsewhere`. */
function attributes(text: string): object {
  const [scope, rest] = text.startsWith('elsewhere ') ? ['default', text.slice(10)] : [namespace, text];
  const [verb, what, name] = rest.split(' ');
  const [path, group] = (what ?? '').split('@');
  const [resource, subresource] = (path ?? '').split('/');
  return {
    namespace: scope,
    ...(verb !== undefined && { verb }),
    ...(resource !== undefined && { resource }),
    ...(subresource !== undefined && { subresource }),
    ...(group !== undefined && { group }),
    ...(name !== undefined && { name }),
  };
}

const NEEDED = {
  'foresize-reader': [
    'list pods',
    'list deployments@apps',
    'get configmaps foresize-cycle',
    'update configmaps foresize-cycle',
    'list pods@metrics.k8s.io',
    'elsewhere list nodes',
    'elsewhere get nodes/proxy',
  ],
  'foresize-writer': [
    'get pods',
    'list pods',
    'list deployments@apps',
    'list limitranges',
    'list resourcequotas',
    'list horizontalpodautoscalers@autoscaling',
    'patch pods/resize',
    'create configmaps',
    'get configmaps foresize-state-0',
    'update configmaps foresize-state-0',
    'get configmaps foresize-kill-switch',
    'create events',
    'elsewhere list nodes',
  ],
} as const;

const REFUSED = {
  'foresize-reader': [
    'patch pods/resize',
    'create configmaps',
    'update configmaps foresize-state-0',
    'delete configmaps foresize-cycle',
    'create events',
  ],
  'foresize-writer': [
    'update configmaps foresize-kill-switch',
    'update configmaps another',
    'delete configmaps foresize-state-0',
    'elsewhere get nodes/proxy',
    'elsewhere patch pods/resize',
    'elsewhere create configmaps',
  ],
} as const;

const FOR_NOBODY = [
  'get secrets foresize-key',
  'list secrets',
  'patch pods',
  'delete pods',
  'create pods',
  'create pods/exec',
  'get pods/log',
  'patch deployments@apps',
  'patch deployments/scale@apps',
  'elsewhere list pods',
  'elsewhere get configmaps',
  'elsewhere patch nodes',
];

describe(`the rights of Foresize on a cluster${NO_CLUSTER}`, function () {
  this.timeout(120_000);
  let admin: Cluster;
  let clusterWide: readonly string[] = [];

  before(async function () {
    if (KUBECONFIG === undefined) {
      this.skip();
      return;
    }
    admin = openCluster();
    await createNamespace(admin, namespace);
    clusterWide = await installIdentities(admin, namespace);
  });
  after(async () => {
    if (KUBECONFIG === undefined) return;
    await removeIdentities(admin, clusterWide);
    await admin.core.deleteNamespace({ name: namespace });
  });

  const as = async (name: string): Promise<Cluster> =>
    clusterAs(admin, await tokenOf(admin, namespace, name));

  /** What the API server itself says to a bearer of the token. */
  async function may({ authorization }: Cluster, wanted: string): Promise<boolean> {
    const review = { spec: { resourceAttributes: attributes(wanted) } };
    const body = loadYaml<V1SelfSubjectAccessReview>(JSON.stringify(review));
    return (await authorization.createSelfSubjectAccessReview({ body })).status?.allowed === true;
  }

  /** Status that a call ends with. */
  async function statusOf(call: Promise<unknown>): Promise<number> {
    try {
      await call;
      return 200;
    } catch (error) {
      return error instanceof Error && 'code' in error ? Number(error.code) : 0;
    }
  }

  for (const name of ['foresize-reader', 'foresize-writer'] as const) {
    it(`let ${name} do what it has to`, async () => {
      const own = await as(name);
      // A binding takes a moment to reach the authorizer.
      await eventually(() => may(own, NEEDED[name][0]), { timeoutMs: 10_000, everyMs: 200 });
      for (const wanted of NEEDED[name]) expect(await may(own, wanted), wanted).to.equal(true);
    });

    it(`let ${name} do nothing else`, async () => {
      const own = await as(name);
      for (const wanted of [...REFUSED[name], ...FOR_NOBODY])
        expect(await may(own, wanted), wanted).to.equal(false);
    });
  }

  it('are what real calls are answered by', async () => {
    const [reader, writer] = [await as('foresize-reader'), await as('foresize-writer')];
    expect(await statusOf(reader.core.listNamespacedPod({ namespace }))).to.equal(200);
    expect(await statusOf(reader.core.listNamespacedSecret({ namespace }))).to.equal(403);
    expect(await statusOf(reader.core.listNamespacedPod({ namespace: 'kube-system' }))).to.equal(403);
    const resize = { name: 'no-such-pod', namespace, body: [] };
    expect(await statusOf(writer.core.patchNamespacedPodResize(resize))).to.equal(404);
    expect(await statusOf(reader.core.patchNamespacedPodResize(resize))).to.equal(403);
    expect(await statusOf(writer.core.deleteNamespacedPod({ name: 'no-such-pod', namespace }))).to.equal(403);
  });

  it('are no other function’s: the default account gets 403', async () => {
    const { status } = await admin.core.createNamespacedServiceAccountToken({
      name: 'default',
      namespace,
      body: loadYaml<AuthenticationV1TokenRequest>('spec: { audiences: [], expirationSeconds: 600 }'),
    });
    const stranger = clusterAs(admin, status?.token ?? '');
    expect(await statusOf(stranger.core.listNamespacedPod({ namespace }))).to.equal(403);
    expect(
      await statusOf(stranger.core.readNamespacedConfigMap({ name: 'foresize-cycle', namespace })),
    ).to.equal(403);
    expect(
      await statusOf(stranger.core.patchNamespacedPodResize({ name: 'any', namespace, body: [] })),
    ).to.equal(403);
  });
});
