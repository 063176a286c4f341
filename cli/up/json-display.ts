import { passwordFile } from './addresses.ts';
import type { Display, DisplayOptions } from './display.ts';
import { writeLine } from './write-line.ts';

/** One JSON object a line, with `event`: progress, warning, platform, watch, decision, summary; only decisions and the summary if `quiet`. */
export function jsonDisplay({ directory, load, rate, quiet }: DisplayOptions): Display {
  const emit = (event: string, fields: object): void => {
    writeLine(JSON.stringify({ event, ...fields }));
  };
  const say = quiet ? () => undefined : emit;
  return {
    progress: (text) => {
      say('progress', { text });
    },
    warning: (text) => {
      say('warning', { text });
    },
    ready: ({ gatewayUrl, metricsUrl, kubernetes, credentials, workloads }, pageUrl) => {
      say('platform', {
        gatewayUrl,
        metricsUrl,
        pageUrl,
        kubeconfigPath: kubernetes.kubeconfigPath,
        user: credentials.user,
        passwordFile: passwordFile(directory),
        enforcement: workloads.enforcement.kind,
      });
    },
    watch: () => {
      say('ready', { load, callsPerMinute: load === null ? 0 : rate });
    },
    decision: (decision) => {
      emit('decision', decision);
    },
    end: (outcome) => {
      emit('summary', outcome);
    },
    close: () => undefined,
  };
}
