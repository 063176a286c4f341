import { stripVTControlCharacters } from 'node:util';
import { createLogUpdate } from 'log-update';
import type { Platform } from '../../local/platform.ts';
import { renderScreen } from '../live/screen.ts';
import type { Story } from '../live/story.ts';
import { addressLines, loadText } from './addresses.ts';
import type { Display, DisplayOptions } from './display.ts';
import { createPodRows } from './pod-rows.ts';
import { summaryLines } from './summary.ts';
import { writeLine } from './write-line.ts';

const REDRAW_MS = 500;

/** A screen that redraws itself in place below what was said before, and stays as the run's last picture. */
export function liveDisplay(options: DisplayOptions): Display {
  const update = createLogUpdate(process.stdout);
  let draw: (() => void) | null = null;
  let timer: NodeJS.Timeout | undefined;
  const redraw = (): void => draw?.();
  let frame = '';
  const resized = (): void => {
    update.clear();
    process.stdout.write(eraseReflowed(frame, process.stdout.columns));
    redraw();
  };
  const say = (text: string): void => {
    update.clear();
    writeLine(text);
    redraw();
  };
  const freeze = (): void => {
    clearInterval(timer);
    process.stdout.off('resize', resized);
    draw = null;
  };
  return {
    progress: (text) => {
      if (draw === null) update(`${text} …`);
    },
    warning: say,
    ready: (platform, pageUrl) => {
      update.clear();
      [...addressLines(platform, options.directory, pageUrl), ''].forEach(writeLine);
    },
    watch: (platform, story) => {
      const look = viewer(options, platform, story);
      draw = () => {
        frame = look();
        update(frame);
      };
      timer = setInterval(redraw, REDRAW_MS);
      process.stdout.on('resize', resized);
      draw();
    },
    decision: redraw,
    end: (outcome) => {
      redraw();
      freeze();
      update.done();
      ['', ...summaryLines(outcome)].forEach(writeLine);
    },
    close: () => {
      freeze();
      update.clear();
      update.done();
    },
  };
}

/** What the terminal has made of a frame's lines that are now too long: erased too, as log-update does not know of it. */
function eraseReflowed(frame: string, columns: number): string {
  const widths = stripVTControlCharacters(frame)
    .split('\n')
    .map((line) => line.length);
  const more = widths.reduce((sum, width) => sum + Math.max(0, Math.ceil(width / columns) - 1), 0);
  return more > 0 ? `\u001B[${more}A\u001B[J` : '';
}

function viewer(options: DisplayOptions, platform: Platform, story: Story): () => string {
  const podRows = createPodRows(platform, story);
  const { stdout } = process;
  return () =>
    renderScreen({
      gatewayUrl: platform.gatewayUrl,
      enforcement: platform.workloads.enforcement.summary,
      load: loadText(options),
      elapsedMs: Date.now() - platform.startedAtMs,
      latency: options.load === null ? null : story.latency(Date.now()),
      pods: podRows(),
      decisions: story.decisions,
      // A pseudo-terminal that was given no size says 0.
      columns: stdout.columns || 80,
      rows: stdout.rows || 24,
      colour: stdout.hasColors(),
    });
}
