/** Resources as they are told in text. */
export const METRIC_LABEL = { cpu: 'CPU', memory: 'memory' } as const;
