import type { Exposition, MetricsServer } from './serve-metrics.ts';
import { serveMetrics } from './serve-metrics.ts';

export interface MetricsSettings {
  readonly METRICS_PORT: number | 'off';
  readonly METRICS_HOST?: string | undefined;
}

export interface MetricsLog {
  info(fields: Record<string, unknown>, message: string): void;
  error(fields: Record<string, unknown>, message: string): void;
}

/**
 * Serves the metrics where they are wanted. Where it cannot, says so and goes on: a port that is taken must not keep
 * functions from being sized.
 */
export async function openMetrics(
  { METRICS_PORT: port, METRICS_HOST: host }: MetricsSettings,
  exposition: Exposition,
  log: MetricsLog,
): Promise<MetricsServer | null> {
  if (port === 'off') return null;
  try {
    const server = await serveMetrics({ port, host }, exposition);
    log.info({ metricsPort: server.port }, 'metrics');
    return server;
  } catch (err) {
    log.error({ err, metricsPort: port }, 'no metrics are served: METRICS_PORT cannot be listened on');
    return null;
  }
}
