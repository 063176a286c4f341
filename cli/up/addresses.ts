import { join, relative } from 'node:path';
import type { Platform } from '../../local/platform.ts';

/** Where the gateway's password is kept: 0600, made at the first start in the directory. */
export function passwordFile(directory: string): string {
  return join(directory, 'password');
}

/** Where everything is, a line each; the password itself only when it is new. */
export function addressLines(
  platform: Platform,
  directory: string,
  pageUrl: string | null,
): readonly string[] {
  const { gatewayUrl, metricsUrl, kubernetes, credentials } = platform;
  const kept = passwordFile(directory);
  return [
    ...(pageUrl === null ? [] : [`page        ${pageUrl}`]),
    `gateway     ${gatewayUrl}, metrics ${metricsUrl}`,
    `login       user ${credentials.user}, password ${credentials.isNew ? `${credentials.password} (shown this once)` : `in ${kept}`}`,
    `kubeconfig  ${nearby(kubernetes.kubeconfigPath)}`,
  ];
}

/** As one would type it from here. */
function nearby(path: string): string {
  const way = relative('.', path);
  return way.startsWith('..') ? path : way;
}

export function loadText({ load, rate }: { readonly load: string | null; readonly rate: number }): string {
  return load === null ? 'no load is sent' : `random load on ${load}, about ${rate} calls a minute`;
}
