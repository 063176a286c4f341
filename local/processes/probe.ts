import { get } from 'node:http';

export interface ProbeSettings {
  /** From the start of the process to the first probe. */
  readonly initialDelayMs: number;
  readonly periodMs: number;
  readonly timeoutMs: number;
  /** Failures in a row after which the process counts as not ready and not alive. */
  readonly failures: number;
  /** Until the process is ready for the first time it is asked this often, so that a start takes no longer than it must. */
  readonly startupPeriodMs: number;
}

/** OpenFaaS's probes: fixed in the Community Edition's faas-netes. */
export const OPENFAAS_PROBES: ProbeSettings = {
  initialDelayMs: 2000,
  periodMs: 2000,
  timeoutMs: 1000,
  failures: 3,
  startupPeriodMs: 250,
};

export interface Probing {
  readonly port: number;
  readonly settings: ProbeSettings;
  readonly onReady: (ready: boolean) => void;
  /** Called once. */
  readonly onDead: () => void;
}

/** Probes `/_/health` until stopped: readiness and liveness by the same answers, as OpenFaaS does. Returns the stopper. */
export function startProbing({ port, settings, onReady, onDead }: Probing): () => void {
  const stopped = new AbortController();
  let countFromMs = Date.now() + settings.initialDelayMs;
  let failures = 0;
  let ready = false;
  let wasReady = false;
  let timer: NodeJS.Timeout;

  // The quick questions of a start must not count as failures more often than the probe's period.
  const judge = (healthy: boolean): void => {
    if (healthy) failures = 0;
    else if (Date.now() >= countFromMs) {
      failures += 1;
      countFromMs = Date.now() + settings.periodMs - settings.startupPeriodMs / 2;
    }
    wasReady ||= healthy;
    if (healthy !== ready && (healthy || failures >= settings.failures)) onReady((ready = healthy));
    if (failures < settings.failures) return;
    stopped.abort();
    onDead();
  };
  const step = async (): Promise<void> => {
    const askedAtMs = Date.now();
    const healthy = await isHealthy(port, settings.timeoutMs);
    if (stopped.signal.aborted) return;
    judge(healthy);
    const periodMs = wasReady ? settings.periodMs : settings.startupPeriodMs;
    timer = setTimeout(() => void step(), Math.max(0, periodMs - (Date.now() - askedAtMs)));
  };

  timer = setTimeout(() => void step(), Math.min(settings.startupPeriodMs, settings.initialDelayMs));
  stopped.signal.addEventListener('abort', () => {
    clearTimeout(timer);
  });
  return () => {
    stopped.abort();
  };
}

/** Whether `/_/health` answers with success in time, over a connection of its own, as a kubelet asks. */
export function isHealthy(port: number, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/_/health', agent: false }, (response) => {
      response.resume();
      finish((response.statusCode ?? 500) < 400);
    });
    const timer = setTimeout(() => {
      finish(false);
    }, timeoutMs);
    function finish(healthy: boolean): void {
      clearTimeout(timer);
      request.destroy();
      resolve(healthy);
    }
    request.on('error', () => {
      finish(false);
    });
  });
}
