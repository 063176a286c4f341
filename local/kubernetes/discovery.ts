import { arch, platform } from 'node:os';
import type { JsonObject } from './json.ts';
import { apiVersionOf, type Resource } from './resource.ts';
import { KUBERNETES_VERSION } from './version.ts';

/** Answers the paths by which clients find out what is served; undefined for every other path. */
export function discover(
  path: string,
  resources: readonly Resource[],
  address: string,
): JsonObject | undefined {
  if (path === '/version') return version();
  if (path === '/api') {
    return {
      kind: 'APIVersions',
      versions: ['v1'],
      serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress: address }],
    };
  }
  const groups = groupVersions(resources);
  if (path === '/apis') return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(toGroup) };
  const [, root, ...rest] = path.split('/');
  if (root === 'apis' && rest.length === 1) {
    const found = groups.find((group) => group.group === rest[0]);
    return found && { kind: 'APIGroup', apiVersion: 'v1', ...toGroup(found) };
  }
  const wanted = root === 'api' ? rest.join('/') : root === 'apis' && rest.length === 2 ? rest.join('/') : '';
  const members = resources.filter((resource) => apiVersionOf(resource) === wanted);
  return members.length > 0 ? toResourceList(wanted, members) : undefined;
}

interface GroupVersion {
  readonly group: string;
  readonly version: string;
}

function groupVersions(resources: readonly Resource[]): GroupVersion[] {
  const named = resources.filter((resource) => resource.group !== '');
  return [...new Map(named.map(({ group, version }) => [group, { group, version }])).values()];
}

function toGroup({ group, version: groupVersion }: GroupVersion): JsonObject {
  const entry = { groupVersion: `${group}/${groupVersion}`, version: groupVersion };
  return { name: group, versions: [entry], preferredVersion: entry };
}

function toResourceList(groupVersion: string, members: readonly Resource[]): JsonObject {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion,
    resources: members.map((resource) => ({
      name: resource.name,
      singularName: resource.singular ?? '',
      namespaced: resource.namespaced,
      kind: resource.kind,
      verbs: Object.keys(resource.verbs),
      ...(resource.shortNames && { shortNames: resource.shortNames }),
    })),
  };
}

function version(): JsonObject {
  const [, major = '', minor = ''] = /^v(\d+)\.(\d+)/.exec(KUBERNETES_VERSION) ?? [];
  return {
    major,
    minor,
    gitVersion: KUBERNETES_VERSION,
    gitCommit: '',
    gitTreeState: 'clean',
    buildDate: '1970-01-01T00:00:00Z',
    goVersion: '',
    compiler: 'node',
    platform: `${platform()}/${arch() === 'x64' ? 'amd64' : arch()}`,
  };
}
