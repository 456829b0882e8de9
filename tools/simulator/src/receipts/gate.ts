const MIN_PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

/** Most deliveries under way at once. */
const MAX_IN_FLIGHT = 64;

/**
 * How hard to knock at the gateway: with many deliveries at once while it answers, with one at a time and pauses
 * between while it does not, so that an outage costs neither receipts nor a busy processor.
 */
export class Gate {
  #pauseMs = 0;
  #pausedUntil = 0;

  /** Most deliveries that may be under way now. */
  get limit(): number {
    return this.#pauseMs === 0 ? MAX_IN_FLIGHT : 1;
  }

  /** Epoch ms until which nothing may be delivered. */
  get pausedUntil(): number {
    return this.#pausedUntil;
  }

  answered(): void {
    this.#pauseMs = 0;
    this.#pausedUntil = 0;
  }

  /** Deliveries that fail together, or those that were under way when the pause began, lengthen it once only. */
  unavailable(now: number): void {
    if (now < this.#pausedUntil) return;
    this.#pauseMs = Math.min(Math.max(this.#pauseMs * 2, MIN_PAUSE_MS), MAX_PAUSE_MS);
    this.#pausedUntil = now + this.#pauseMs;
  }
}
