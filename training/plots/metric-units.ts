/** Resources as titles name them, and the units that plots show them in: `per` cores or bytes. */
export const METRIC_UNITS = {
  cpu: { title: 'CPU', per: 1e-3, unit: 'millicores' },
  memory: { title: 'Memory', per: 2 ** 20, unit: 'MiB' },
} as const;
