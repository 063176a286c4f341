import { createLogUpdate } from 'log-update';
import type { Decision } from '#core/messages/decision.ts';
import type { Platform } from '../../local/platform.ts';
import { decisionLine } from '../live/plain.ts';
import { renderScreen } from '../live/screen.ts';
import type { Story } from '../live/story.ts';
import { createPodRows } from './pod-rows.ts';
import { type Outcome, summaryLines } from './summary.ts';

/** What the user sees of a run. */
export interface Display {
  progress(text: string): void;
  warning(text: string): void;
  ready(platform: Platform): void;
  /** From now on there is something to watch. */
  watch(platform: Platform, story: Story): void;
  decision(decision: Decision): void;
  /** Something else than a decision changed. */
  changed(): void;
  end(outcome: Outcome): void;
  close(): void;
}

export interface DisplayOptions {
  readonly load: string | null;
  readonly rate: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
}

/** A live screen on a terminal, plain lines elsewhere, JSON lines where asked for. */
export function createDisplay(options: DisplayOptions): Display {
  if (options.json) return jsonDisplay();
  return process.stdout.isTTY && !options.quiet ? liveDisplay(options) : plainDisplay(options);
}

function writeLine(line: string): void {
  process.stdout.write(`${line}\n`);
}

const nothing = (): void => undefined;

/** Where everything is, once the platform is up. */
function addresses({
  gatewayUrl,
  metricsUrl,
  kubernetes,
  credentials,
  workloads,
}: Platform): readonly string[] {
  return [
    `gateway ${gatewayUrl}, user ${credentials.user}${credentials.isNew ? `, password ${credentials.password} (shown once)` : ''}`,
    `metrics ${metricsUrl}, kubeconfig ${kubernetes.kubeconfigPath}`,
    workloads.enforcement.summary,
  ];
}

function plainDisplay({ quiet, load, rate }: DisplayOptions): Display {
  const say = quiet ? nothing : writeLine;
  return {
    progress: say,
    warning: (text) => process.stderr.write(`${text}\n`),
    ready: (platform) => {
      addresses(platform).forEach(say);
    },
    watch: () => {
      if (load !== null) say(`sending random load to ${load}, about ${rate} calls a minute`);
    },
    decision: (decision) => {
      writeLine(decisionLine(decision));
    },
    changed: nothing,
    end: (outcome) => {
      summaryLines(outcome).forEach(writeLine);
    },
    close: nothing,
  };
}

function jsonDisplay(): Display {
  const emit = (event: string, fields: object): void => {
    writeLine(JSON.stringify({ event, ...fields }));
  };
  return {
    progress: (text) => {
      emit('progress', { text });
    },
    warning: (text) => {
      emit('warning', { text });
    },
    ready: ({ gatewayUrl, metricsUrl, kubernetes, workloads }) => {
      const { kubeconfigPath } = kubernetes;
      emit('ready', { gatewayUrl, metricsUrl, kubeconfigPath, enforcement: workloads.enforcement.kind });
    },
    watch: nothing,
    decision: (decision) => {
      emit('decision', decision);
    },
    changed: nothing,
    end: (outcome) => {
      emit('summary', outcome);
    },
    close: nothing,
  };
}

const REDRAW_MS = 500;

function liveDisplay({ load, rate }: DisplayOptions): Display {
  const update = createLogUpdate(process.stdout);
  let draw: (() => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  const say = (text: string): void => {
    update.clear();
    writeLine(text);
    draw?.();
  };
  return {
    progress: (text) => {
      update(`${text} …`);
    },
    warning: say,
    ready: (platform) => {
      update.clear();
      addresses(platform).forEach(writeLine);
      update('waiting for the functions to be ready …');
    },
    watch: (platform, story) => {
      const podRows = createPodRows(platform, story);
      draw = () => {
        update(
          renderScreen({
            gatewayUrl: platform.gatewayUrl,
            enforcement: platform.workloads.enforcement.summary,
            load: load === null ? 'no load' : `random load on ${load}, about ${rate} calls a minute`,
            elapsedMs: Date.now() - platform.startedAtMs,
            latency: story.latency(Date.now()),
            pods: podRows(),
            decisions: story.decisions,
            columns: process.stdout.columns,
            rows: process.stdout.rows,
            colour: process.stdout.hasColors(),
          }),
        );
      };
      timer = setInterval(draw, REDRAW_MS);
      draw();
    },
    decision: () => draw?.(),
    changed: nothing,
    end: (outcome) => {
      clearInterval(timer);
      draw?.();
      update.done();
      draw = null;
      summaryLines(outcome).forEach(writeLine);
    },
    close: () => {
      clearInterval(timer);
      update.done();
    },
  };
}
