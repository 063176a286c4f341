import type { LogLine } from './model.ts';

/** The last lines of a function, oldest first. */
export class LogRing {
  readonly #capacity: number;
  #lines: LogLine[] = [];

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  add(line: LogLine): void {
    this.#lines.push(line);
    // Cut rarely: moving the array for each line would cost more than twice the room.
    if (this.#lines.length >= this.#capacity * 2) this.#lines = this.#lines.slice(-this.#capacity);
  }

  lines(): readonly LogLine[] {
    return this.#lines.slice(-this.#capacity);
  }
}
