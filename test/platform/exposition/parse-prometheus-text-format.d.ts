declare module 'parse-prometheus-text-format' {
  interface Metric {
    readonly value?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly timestamp_ms?: string;
  }
  /** Families of the text, in its order. */
  export default function parsePrometheusTextFormat(
    text: string,
  ): { readonly name: string; readonly type: string; readonly metrics: readonly Metric[] }[];
}
