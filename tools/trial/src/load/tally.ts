import { createHistogram } from 'node:perf_hooks';
import { z } from 'zod';
import type { LoadReport } from './protocol.ts';
import { Reservoir } from './reservoir.ts';
import type { Response } from './response-parser.ts';

const ACCEPTED = 202;
const SAMPLE_SIZE = 1_000;
const LONGEST_MICROSECONDS = 600_000_000;
const acceptedBody = z.object({ id: z.string() });

/**
 * What an answer comes to: accepted; refused for good; not taken now, but perhaps later; perhaps taken, nobody knows.
 */
export type Verdict = 'accepted' | 'refused' | 'not_now' | 'unknown';

// The statuses after which a client is told to send the same request again.
const NOT_NOW: readonly number[] = [409, 429, 503];

/** The measured time: from `from` on and before `until`, ms of the generator's clock. */
export interface Window {
  from: number;
  until: number;
}

/** Counts answers and times those that belong to the measured window. */
export class Tally {
  readonly #latencies = createHistogram({ lowest: 1, highest: LONGEST_MICROSECONDS, figures: 3 });
  readonly #sample = new Reservoir<Buffer, string>(SAMPLE_SIZE, (body) => body.toString());
  readonly #refused = new Map<string, number>();
  readonly #ids: string[] | null;
  #accepted = 0;
  #acceptedInWindow = 0;
  #unknown = 0;
  #window: Window | null = null;

  /** `allIds`: remembers the id of every accepted message. */
  constructor({ allIds }: { allIds: boolean } = { allIds: false }) {
    this.#ids = allIds ? [] : null;
  }

  get accepted(): number {
    return this.#accepted;
  }

  get refused(): number {
    return [...this.#refused.values()].reduce((sum, count) => sum + count, 0);
  }

  /** From now on answers are measured too. */
  open(window: Window): void {
    this.#window = window;
  }

  /** Counts an answer that came at `now` to a request meant to start at `intended`, and says what it comes to. */
  answered({ status, body }: Response, { intended, now }: { intended: number; now: number }): Verdict {
    if (status !== ACCEPTED) return this.#refuse(status, body);
    this.#accepted += 1;
    this.#ids?.push(...idOf(body.toString()));
    if (contains(this.#window, now)) this.#acceptedInWindow += 1;
    if (contains(this.#window, intended)) {
      const microseconds = Math.round((now - intended) * 1_000);
      this.#latencies.record(Math.min(Math.max(microseconds, 1), LONGEST_MICROSECONDS));
      this.#sample.offer(body);
    }
    return 'accepted';
  }

  /** Counts a request that may have been accepted although nobody said so. */
  unanswered(): void {
    this.#unknown += 1;
  }

  report(): Omit<LoadReport, 'unsent' | 'window_opened_at'> {
    const percentile = (p: number): number =>
      this.#latencies.count === 0 ? 0 : this.#latencies.percentile(p) / 1_000;
    return {
      accepted: this.#accepted,
      accepted_in_window: this.#acceptedInWindow,
      refused: Object.fromEntries(this.#refused),
      unknown: this.#unknown,
      accept_ms: { p50: percentile(50), p95: percentile(95), p99: percentile(99) },
      sample: this.#sample.kept.flatMap(idOf),
      ids: this.#ids ?? [],
    };
  }

  #refuse(status: number, body: Buffer): Verdict {
    const code = /"code": ?"(\w+)"/.exec(body.toString('latin1'))?.[1] ?? '';
    const kind = `${status} ${code}`.trim();
    this.#refused.set(kind, (this.#refused.get(kind) ?? 0) + 1);
    if (code === 'outcome_unknown') return 'unknown';
    return NOT_NOW.includes(status) ? 'not_now' : 'refused';
  }
}

function contains(window: Window | null, at: number): boolean {
  return window !== null && at >= window.from && at < window.until;
}

/** What answers 202 without an id (an echo) gives no sample. */
function idOf(body: string): string[] {
  const parsed = acceptedBody.safeParse(JSON.parse(body));
  return parsed.success ? [parsed.data.id] : [];
}
