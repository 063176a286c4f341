/** A call inside a pod. */
export interface Call {
  readonly index: number;
  readonly arrivedAt: number;
  /** CPU-seconds that each call will have got when this one is done. */
  readonly doneAt: number;
  gone: boolean;
}

/**
 * Calls that share a processor equally. All get CPU at the same rate, so one number, what a call has got since the
 * beginning, tells which is done: the next one is the top of a heap.
 */
export class SharedProcessor {
  #served = 0;
  #running = 0;
  readonly #heap: Call[] = [];
  #byArrival: Call[] = [];
  #oldest = 0;

  get running(): number {
    return this.#running;
  }

  add(index: number, arrivedAt: number, costSeconds: number): void {
    const call = { index, arrivedAt, doneAt: this.#served + costSeconds, gone: false };
    this.#running += 1;
    this.#byArrival.push(call);
    this.#heap.push(call);
    this.#rise(this.#heap.length - 1);
  }

  /** CPU-seconds each call still has to get until the next one is done; Infinity without calls. */
  untilNext(): number {
    const top = this.#top();
    return top === undefined ? Infinity : Math.max(0, top.doneAt - this.#served);
  }

  serve(secondsEach: number): void {
    this.#served += secondsEach;
  }

  /** Removes and returns a call that is done. */
  takeDone(): Call | undefined {
    const top = this.#top();
    if (top === undefined || top.doneAt > this.#served + 1e-9) return undefined;
    this.#leave(top);
    return top;
  }

  /** The call that has waited longest. */
  longestWaiting(): Call | undefined {
    while (this.#byArrival[this.#oldest]?.gone === true) this.#oldest += 1;
    if (this.#oldest > 1024) {
      this.#byArrival = this.#byArrival.slice(this.#oldest);
      this.#oldest = 0;
    }
    return this.#byArrival[this.#oldest];
  }

  giveUp(call: Call): void {
    this.#leave(call);
  }

  /** Ends all calls and returns them. */
  clear(): readonly Call[] {
    const left = this.#heap.filter((call) => !call.gone);
    this.#heap.length = 0;
    this.#byArrival = [];
    this.#oldest = 0;
    this.#running = 0;
    return left;
  }

  #leave(call: Call): void {
    call.gone = true;
    this.#running -= 1;
  }

  #top(): Call | undefined {
    while (this.#heap[0]?.gone === true) this.#pop();
    return this.#heap[0];
  }

  #pop(): void {
    const last = this.#heap.pop();
    if (last === undefined || this.#heap.length === 0) return;
    this.#heap[0] = last;
    this.#sink();
  }

  #key(at: number): number {
    return this.#heap[at]?.doneAt ?? Infinity;
  }

  #swap(a: number, b: number): void {
    const [x, y] = [this.#heap[a], this.#heap[b]];
    if (x === undefined || y === undefined) return;
    this.#heap[a] = y;
    this.#heap[b] = x;
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (this.#key(parent) <= this.#key(at)) return;
      this.#swap(parent, at);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const left = 2 * at + 1;
      const child = this.#key(left + 1) < this.#key(left) ? left + 1 : left;
      if (this.#key(child) >= this.#key(at)) return;
      this.#swap(child, at);
      at = child;
    }
  }
}
