import { definitionOf, type MetricName } from './definitions.ts';

/** Writes one sample; nothing where the value is not known. `labels` are the values of those after namespace and function. */
export type Emit = (value: number | null | undefined, ...labels: readonly string[]) => void;

/** One metric of every function, read from what is known of the function when it is asked for. */
export interface FunctionMetric<T> {
  readonly name: MetricName;
  readonly of: (facts: T, emit: Emit) => void;
}

/** A function of the cluster, and what is known of it. */
export interface FunctionFacts<T> {
  readonly namespace: string;
  readonly name: string;
  readonly facts: T;
}

/** About this many characters at a time: other calls have their turn between them, and no text of all is ever held. */
const CHUNK = 65_536;

/**
 * The metrics of all functions in the Prometheus text format, piece by piece. Nothing is kept between two calls, so
 * what is no longer in `functions` is gone. prom-client would hold 40 series a function, and all of the text at once:
 * of 10 000 functions, more than such a process may have.
 */
export function* functionExposition<T>(
  metrics: readonly FunctionMetric<T>[],
  functions: Iterable<FunctionFacts<T>>,
): Generator<string, void, void> {
  const known = [...functions].map(({ namespace, name, facts }) => ({
    own: `namespace="${escaped(namespace)}",function="${escaped(name)}"`,
    facts,
  }));
  let text = '';
  for (const { name, of } of metrics) {
    const { help, type, labels } = definitionOf(name);
    text += `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
    const [, , ...more] = labels;
    for (const { own, facts } of known) {
      of(facts, (value, ...values) => {
        if (value === null || value === undefined || !Number.isFinite(value)) return;
        const rest = values.map((label, index) => `,${more[index] ?? ''}="${escaped(label)}"`).join('');
        text += `${name}{${own}${rest}} ${value}\n`;
      });
      if (text.length < CHUNK) continue;
      yield text;
      text = '';
    }
  }
  yield text;
}

const SPECIAL = /[\\"\n]/g;

function escaped(value: string): string {
  return value.replace(SPECIAL, (char) => (char === '\n' ? String.raw`\n` : `\\${char}`));
}
