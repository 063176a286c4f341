import type { Logger } from 'pino';
import type { ImageStore } from '../images/image.ts';
import { OPENFAAS_PROBES, type ProbeSettings } from '../processes/probe.ts';
import type { SecretStore } from '../secrets/store.ts';
import { KUBELET_BACK_OFF, type BackOffSettings } from './back-off.ts';

export interface WorkloadsOptions {
  readonly images: ImageStore;
  readonly secrets: SecretStore;
  /** Holds pods' directories and the list of processes while the platform runs; one platform at a time. */
  readonly stateDirectory: string;
  /** Extra environment of every function, such as KUBERNETES_SERVICE_HOST. @default {} */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** Between two samples of a pod's counters. @default 5000 */
  readonly housekeepingMs?: number | undefined;
  /** @default OpenFaaS's */
  readonly probes?: Partial<ProbeSettings> | undefined;
  /** @default the kubelet's */
  readonly backOff?: Partial<BackOffSettings> | undefined;
  /** From SIGTERM to SIGKILL. @default 10000 */
  readonly graceMs?: number | undefined;
  /** The same when the whole platform stops. @default 3000 */
  readonly stopGraceMs?: number | undefined;
  /** Takes a lesser enforcement than the machine allows. */
  readonly enforcement?: 'emulated' | 'none' | undefined;
  /** Kept log lines a function. @default 2000 */
  readonly logLines?: number | undefined;
  readonly log: Logger;
}

/** The options with every default filled in. */
export interface WorkloadsSettings {
  readonly images: ImageStore;
  readonly secrets: SecretStore;
  readonly stateDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly housekeepingMs: number;
  readonly probes: ProbeSettings;
  readonly backOff: BackOffSettings;
  readonly graceMs: number;
  readonly stopGraceMs: number;
  readonly enforcement: 'emulated' | 'none' | undefined;
  readonly logLines: number;
  readonly log: Logger;
}

export function settingsOf(options: WorkloadsOptions): WorkloadsSettings {
  return {
    images: options.images,
    secrets: options.secrets,
    stateDirectory: options.stateDirectory,
    environment: options.environment ?? {},
    housekeepingMs: options.housekeepingMs ?? 5000,
    probes: { ...OPENFAAS_PROBES, ...options.probes },
    backOff: { ...KUBELET_BACK_OFF, ...options.backOff },
    graceMs: options.graceMs ?? 10_000,
    stopGraceMs: options.stopGraceMs ?? 3000,
    enforcement: options.enforcement,
    logLines: options.logLines ?? 2000,
    log: options.log,
  };
}
