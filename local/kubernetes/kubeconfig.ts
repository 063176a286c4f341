import { dump } from 'js-yaml';

/** A kubeconfig for kubectl and client libraries: the authority to trust, the admin's token, the functions' namespace. */
export function renderKubeconfig(
  server: string,
  caPem: string,
  adminToken: string,
  namespace: string,
): string {
  return dump({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'foresize-local',
        cluster: { server, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
      },
    ],
    users: [{ name: 'foresize-admin', user: { token: adminToken } }],
    contexts: [
      {
        name: 'foresize-local',
        context: { cluster: 'foresize-local', user: 'foresize-admin', namespace },
      },
    ],
    'current-context': 'foresize-local',
  });
}
