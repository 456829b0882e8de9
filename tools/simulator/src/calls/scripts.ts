import type { Outcome } from './outcome.ts';

/** Outcomes for the next calls to a recipient, through any connection when it is null. */
export interface Script {
  connection: string | null;
  to: string;
  outcomes: readonly Outcome[];
}

const MAX_WAITING = 100_000;

/** The outcomes that wait for their calls, oldest first for each recipient. */
export class Scripts {
  readonly #waiting = new Map<string, { connection: string | null; outcome: Outcome }[]>();
  #count = 0;

  /** Queues a script behind what waits already. False when too many outcomes would wait; nothing is queued then. */
  add({ connection, to, outcomes }: Script): boolean {
    if (this.#count + outcomes.length > MAX_WAITING) return false;
    const queue = this.#waiting.get(to) ?? [];
    this.#waiting.set(to, queue.concat(outcomes.map((outcome) => ({ connection, outcome }))));
    this.#count += outcomes.length;
    return true;
  }

  /** Takes the outcome of the next call to `to` through this connection; null when none is scripted. */
  take(connection: string, to: string): Outcome | null {
    if (this.#count === 0) return null;
    const queue = this.#waiting.get(to) ?? [];
    const at = queue.findIndex((entry) => entry.connection === null || entry.connection === connection);
    const [taken] = at === -1 ? [] : queue.splice(at, 1);
    if (taken === undefined) return null;
    this.#count -= 1;
    if (queue.length === 0) this.#waiting.delete(to);
    return taken.outcome;
  }
}
