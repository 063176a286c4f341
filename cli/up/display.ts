import type { Decision } from '#core/messages/decision.ts';
import type { Platform } from '../../local/platform.ts';
import type { Story } from '../live/story.ts';
import { jsonDisplay } from './json-display.ts';
import { liveDisplay } from './live-display.ts';
import { plainDisplay } from './plain-display.ts';
import type { Outcome } from './summary.ts';

/** What the user sees of a run. */
export interface Display {
  progress(text: string): void;
  warning(text: string): void;
  /** `pageUrl` is null where no page is served. */
  ready(platform: Platform, pageUrl: string | null): void;
  /** From now on there is something to watch. */
  watch(platform: Platform, story: Story): void;
  decision(decision: Decision): void;
  end(outcome: Outcome): void;
  /** Leaves the terminal as it was found, whatever happened. */
  close(): void;
}

export interface DisplayOptions {
  readonly directory: string;
  readonly load: string | null;
  readonly rate: number;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
}

/** A live screen on a terminal that can move its cursor, plain lines elsewhere, JSON lines where asked for. */
export function createDisplay(options: DisplayOptions): Display {
  if (options.json) return jsonDisplay(options);
  const live = process.stdout.isTTY && process.env.TERM !== 'dumb' && !options.quiet;
  return live ? liveDisplay(options) : plainDisplay(options);
}
