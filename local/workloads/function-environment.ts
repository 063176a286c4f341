import type { FunctionSpec } from './model.ts';
import type { PodDirectory } from './pod-directory.ts';

/**
 * All that a function's process sees of the environment: nothing of the platform's own but PATH and LANG. What says where
 * it runs wins over what the user set.
 */
export function functionEnvironment(
  spec: FunctionSpec,
  extra: Readonly<Record<string, string>>,
  directory: PodDirectory,
  port: number,
): Record<string, string> {
  const { PATH = '/usr/local/bin:/usr/bin:/bin', LANG = 'C.UTF-8' } = process.env;
  return {
    PATH,
    LANG,
    HOME: directory.work,
    TMPDIR: directory.work,
    ...extra,
    OPENFAAS_NAME: spec.service,
    OPENFAAS_NAMESPACE: spec.namespace,
    ...spec.envVars,
    ...(spec.envProcess === '' ? {} : { fprocess: spec.envProcess }),
    PORT: String(port),
    HOST: '127.0.0.1',
    // All replicas are on one machine: each takes a port of its own.
    METRICS_HOST: '127.0.0.1',
    METRICS_PORT: '0',
    SECRETS_PATH: directory.secrets,
  };
}
