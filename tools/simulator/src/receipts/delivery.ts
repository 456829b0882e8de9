import { DueHeap } from './due-heap.ts';
import { Gate } from './gate.ts';
import type { Receipt } from './receipt.ts';

const DEFAULT_MAX_PENDING = 1_000_000;
const MIN_RETRY_MS = 200;
const MAX_RETRY_MS = 5_000;
/** Age at which a receipt is given up, ms. */
const MAX_AGE_MS = 15 * 60_000;

/** Delivers one receipt and returns the status of the answer; rejects when there is none. */
export type PostReceipt = (receipt: Receipt) => Promise<number>;

export interface DeliveryCounts {
  /** Waiting or under way. */
  pending: number;
  delivered: number;
  /** Given up for their age, or never queued because too many were waiting. */
  dropped: number;
}

/**
 * Delivers receipts at least once: any answer but 2xx, and none at all, is followed by another try for a quarter
 * of an hour. Bounded in what waits and in what is under way.
 */
export class ReceiptDelivery {
  readonly #post: PostReceipt;
  readonly #maxPending: number;
  readonly #waiting = new DueHeap<Receipt>();
  readonly #gate = new Gate();
  #inFlight = 0;
  #delivered = 0;
  #dropped = 0;
  #timer: NodeJS.Timeout | undefined;
  #timerDue = 0;
  #closed = false;

  constructor(post: PostReceipt, maxPending = DEFAULT_MAX_PENDING) {
    this.#post = post;
    this.#maxPending = maxPending;
  }

  /** Delivers a receipt after a while. */
  deliverIn(delayMs: number, receipt: Receipt): void {
    if (this.#waiting.size >= this.#maxPending) this.#dropped += 1;
    else this.#waiting.push(Date.now() + delayMs, receipt);
    this.#pump();
  }

  /** Tries to deliver a receipt at once and resolves after that one try; a failed one is tried again later. */
  deliverNow(receipt: Receipt): Promise<void> {
    return this.#attempt(receipt);
  }

  counts(): DeliveryCounts {
    const pending = this.#waiting.size + this.#inFlight;
    return { pending, delivered: this.#delivered, dropped: this.#dropped };
  }

  /** Delivers nothing any more. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  #pump(): void {
    for (;;) {
      const due = this.#waiting.nextDue();
      if (due === null || this.#closed || this.#inFlight >= this.#gate.limit) return;
      const from = Math.max(due, this.#gate.pausedUntil);
      if (from > Date.now()) return this.#wakeAt(from);
      const receipt = this.#waiting.pop();
      if (receipt !== undefined) void this.#attempt(receipt);
    }
  }

  #wakeAt(due: number): void {
    if (this.#timer !== undefined && this.#timerDue <= due) return;
    clearTimeout(this.#timer);
    this.#timerDue = due;
    const wake = () => {
      this.#timer = undefined;
      this.#pump();
    };
    this.#timer = setTimeout(wake, Math.max(due - Date.now(), 1));
  }

  /** Never rejects. */
  async #attempt(receipt: Receipt): Promise<void> {
    this.#inFlight += 1;
    const status = await this.#post(receipt).catch(() => 503);
    this.#inFlight -= 1;
    if (status >= 500 || status === 429) this.#gate.unavailable(Date.now());
    else this.#gate.answered();
    if (status >= 200 && status < 300) this.#delivered += 1;
    else this.#retry(receipt);
    this.#pump();
  }

  #retry(receipt: Receipt): void {
    const now = Date.now();
    if (now - receipt.occurred_at > MAX_AGE_MS) {
      this.#dropped += 1;
      return;
    }
    const delay = Math.min(MIN_RETRY_MS * 2 ** receipt.attempts, MAX_RETRY_MS);
    this.#waiting.push(now + delay, { ...receipt, attempts: receipt.attempts + 1 });
  }
}
