const PERIOD_MS = 100;
/** The finest look at a busy group; below it the looking costs more than it saves. */
const FINEST_LOOK_MS = 5;
/** Use within a look below which a group counts as idle, seconds. */
const IDLE_SECONDS = 0.0005;

export interface ThrottlePorts {
  /** CPU-seconds of the group so far; null once it is gone. */
  cpuSeconds(): number | null;
  signal(signal: 'SIGSTOP' | 'SIGCONT'): void;
  /** Called once a period. */
  onPeriod(): void;
}

/**
 * CFS bandwidth control by signals: each period of 100 ms grants the share, what is used is taken from it, and a group
 * in debt stays stopped until grants have paid it. Counts as the kernel does: periods in which the group ran or was
 * stopped, periods in which it was stopped, and the time stopped. A busy group is looked at when its share could be used
 * up, an idle one once a period.
 */
export class CpuThrottle {
  readonly #ports: ThrottlePorts;
  #limitCores: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #tokensSeconds = 0;
  #lastCpuSeconds = 0;
  #periodEndsMs = 0;
  #stoppedAtMs: number | null = null;
  #ranInPeriod = false;
  #stoppedInPeriod = false;
  #counters = { periods: 0, throttledPeriods: 0, throttledSeconds: 0 };

  constructor(ports: ThrottlePorts) {
    this.#ports = ports;
  }

  get counters(): { periods: number; throttledPeriods: number; throttledSeconds: number } {
    const stoppedMs = this.#stoppedAtMs === null ? 0 : Date.now() - this.#stoppedAtMs;
    return { ...this.#counters, throttledSeconds: this.#counters.throttledSeconds + stoppedMs / 1000 };
  }

  /** Holds the group to `limitCores` from now on; null stops nothing and only keeps the periods. */
  hold(limitCores: number | null): void {
    const isChanged = limitCores !== this.#limitCores;
    this.#limitCores = limitCores;
    // As in the kernel, a new quota is granted at once and lets a stopped group run.
    if (isChanged) this.#tokensSeconds = limitCores === null ? 0 : this.#share(limitCores);
    if (isChanged) this.#continue();
    if (this.#timer !== null) return;
    this.#lastCpuSeconds = this.#ports.cpuSeconds() ?? 0;
    this.#periodEndsMs = Date.now() + PERIOD_MS;
    this.#schedule(FINEST_LOOK_MS);
  }

  /** Lets the group run freely. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#continue();
  }

  #share(limitCores: number): number {
    return (limitCores * PERIOD_MS) / 1000;
  }

  #schedule(delayMs: number): void {
    this.#timer = setTimeout(() => {
      this.#look();
    }, delayMs);
  }

  #look(): void {
    const cpuSeconds = this.#ports.cpuSeconds();
    if (cpuSeconds === null) {
      this.#timer = null;
      this.#stoppedAtMs = null;
      return;
    }
    const usedSeconds = Math.max(0, cpuSeconds - this.#lastCpuSeconds);
    this.#lastCpuSeconds = cpuSeconds;
    this.#ranInPeriod ||= usedSeconds > IDLE_SECONDS;
    this.#tokensSeconds -= usedSeconds;
    if (Date.now() >= this.#periodEndsMs) this.#endPeriod();
    this.#settle();
    this.#schedule(this.#nextLookMs(usedSeconds));
  }

  #endPeriod(): void {
    const elapsed = 1 + Math.floor((Date.now() - this.#periodEndsMs) / PERIOD_MS);
    this.#periodEndsMs += elapsed * PERIOD_MS;
    if (this.#ranInPeriod || this.#stoppedInPeriod) this.#counters.periods += elapsed;
    if (this.#stoppedInPeriod) this.#counters.throttledPeriods += elapsed;
    this.#ranInPeriod = false;
    if (this.#limitCores !== null) {
      const share = this.#share(this.#limitCores);
      this.#tokensSeconds = Math.min(share, this.#tokensSeconds + share * elapsed);
    }
    // A grant that pays the debt lets the group run from the start of the period.
    this.#stoppedInPeriod = this.#stoppedAtMs !== null && this.#tokensSeconds <= 0;
    this.#ports.onPeriod();
  }

  #settle(): void {
    if (this.#limitCores === null || this.#tokensSeconds > 0) this.#continue();
    else this.#halt();
  }

  #halt(): void {
    if (this.#stoppedAtMs !== null) return;
    this.#ports.signal('SIGSTOP');
    this.#stoppedAtMs = Date.now();
    this.#stoppedInPeriod = true;
  }

  #continue(): void {
    if (this.#stoppedAtMs === null) return;
    this.#counters.throttledSeconds += (Date.now() - this.#stoppedAtMs) / 1000;
    this.#stoppedAtMs = null;
    this.#ports.signal('SIGCONT');
  }

  #nextLookMs(usedSeconds: number): number {
    const untilPeriodEndMs = Math.max(1, this.#periodEndsMs - Date.now());
    const busy = usedSeconds > IDLE_SECONDS && this.#stoppedAtMs === null && this.#limitCores !== null;
    if (!busy) return untilPeriodEndMs;
    return Math.min(untilPeriodEndMs, Math.max(FINEST_LOOK_MS, this.#tokensSeconds * 1000));
  }
}
