import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { isMap, parseAllDocuments, type Document } from 'yaml';

/** The chart, as a path of this machine. */
export const CHART = fileURLToPath(new URL('../../deploy/helm/foresize', import.meta.url));

/** Name of a file of deploy/manifests → the chart's templates that are in it. */
const FILES = {
  'foresize.yaml': [
    'service-accounts',
    'rbac-reader',
    'rbac-writer',
    'tokens',
    'cycle',
    'kill-switch',
    'network-policies',
    'gateway-metrics',
  ],
  'prometheus.yaml': ['prometheus'],
  'dashboard.yaml': ['dashboard'],
} as const;

const HEADER = '# Made from deploy/helm/foresize by `npm run manifests`: change the chart, not this.\n';

/** What the chart renders with these settings (`key=value`), as of a cluster that has none of it. Throws what Helm says. */
export function renderChart(
  helm: string,
  settings: readonly string[] = [],
  only: readonly string[] = [],
): string {
  const shown = only.flatMap((name) => ['--show-only', `templates/${name}.yaml`]);
  const set = settings.flatMap((setting) => ['--set', setting]);
  const target = ['template', 'foresize', CHART, '--namespace', 'openfaas-fn', '--kube-version', '1.33.0'];
  return execFileSync(helm, [...target, ...set, ...shown], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 16_000_000,
  });
}

/**
 * The manifests for those without Helm, by the name of their file. The key is not among them: one that is committed is
 * no secret.
 */
export function renderManifests(helm: string): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(FILES).map(([file, templates]) => {
      const documents = parseAllDocuments(renderChart(helm, ['key.create=false'], templates));
      return [
        file,
        HEADER +
          documents
            .filter((one) => isMap(one.contents))
            .map(plain)
            .join(''),
      ];
    }),
  );
}

/** A document without what only Helm reads. */
function plain(document: Document): string {
  const secret = document.get('kind') === 'Secret';
  const metadata = document.get('metadata');
  if (!isMap(metadata)) throw new Error('an object without metadata');
  const helms = [
    ['labels', 'helm.sh/chart'],
    ...(secret ? [] : [['labels', 'app.kubernetes.io/managed-by']]),
    ['annotations', 'helm.sh/hook'],
    ['annotations', 'helm.sh/hook-weight'],
  ];
  for (const path of helms) if (metadata.hasIn(path)) metadata.deleteIn(path);
  return `---\n${document.toString({ lineWidth: 0, directives: false, flowCollectionPadding: false })}`;
}
