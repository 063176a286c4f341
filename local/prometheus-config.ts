import { dump } from 'js-yaml';

export interface PrometheusTargets {
  /** Of the Kubernetes API, `https://127.0.0.1:PORT`. */
  readonly kubernetesUrl: string;
  readonly caFile: string;
  /** Bearer token that may read the node's metrics. */
  readonly token: string;
  readonly nodeName: string;
  /** `http://127.0.0.1:8082/metrics` */
  readonly gatewayMetricsUrl: string;
}

/**
 * A configuration for Prometheus that scrapes the local platform as a cluster's scrapes its kubelets and gateway; the
 * samples keep cAdvisor's own times. Start it with `prometheus --config.file=FILE`.
 */
export function prometheusConfig(targets: PrometheusTargets): string {
  const { kubernetesUrl, caFile, token, nodeName, gatewayMetricsUrl } = targets;
  const kubernetes = new URL(kubernetesUrl);
  const gateway = new URL(gatewayMetricsUrl);
  return dump({
    global: { scrape_interval: '5s' },
    scrape_configs: [
      {
        job_name: 'kubelet',
        scheme: 'https',
        metrics_path: `/api/v1/nodes/${nodeName}/proxy/metrics/cadvisor`,
        authorization: { credentials: token },
        tls_config: { ca_file: caFile },
        static_configs: [{ targets: [kubernetes.host] }],
      },
      {
        job_name: 'gateway',
        metrics_path: gateway.pathname,
        static_configs: [{ targets: [gateway.host] }],
      },
    ],
  });
}
