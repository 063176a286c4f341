/** The calls being answered, each with the controller of its signal. */
export class Calls {
  private readonly controllers = new Set<AbortController>();
  private waiting: (() => void)[] = [];

  get inFlight(): number {
    return this.controllers.size;
  }

  begin(): AbortController {
    const controller = new AbortController();
    this.controllers.add(controller);
    return controller;
  }

  end(controller: AbortController): void {
    this.controllers.delete(controller);
    if (this.controllers.size > 0) return;
    for (const wake of this.waiting.splice(0)) wake();
  }

  abort(reason: Error): void {
    for (const controller of this.controllers) controller.abort(reason);
  }

  /** Resolves to true once no call is in flight, to false after `timeoutMs`. */
  async settled(timeoutMs: number): Promise<boolean> {
    if (this.controllers.size === 0) return true;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        resolve(false);
      }, timeoutMs);
      this.waiting.push(() => {
        clearTimeout(timer);
        resolve(true);
      });
    });
  }
}
