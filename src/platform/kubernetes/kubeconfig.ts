import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Where kubectl looks: the first file of KUBECONFIG, or `~/.kube/config`. */
export function defaultKubeconfig(environment: NodeJS.ProcessEnv): string {
  const [first] = (environment.KUBECONFIG ?? '').split(delimiter).filter((path) => path !== '');
  return first ?? join(homedir(), '.kube', 'config');
}
