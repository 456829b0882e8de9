import { Connection } from './connection.ts';
import { closedLoop, openLoop } from './pacer.ts';
import type { Pacer } from './pacer.ts';
import type { LoadPlan, LoadReport } from './protocol.ts';
import { requestWriter } from './requests.ts';
import type { Response } from './response-parser.ts';
import { Tally } from './tally.ts';
import type { Window } from './tally.ts';

// A server that refuses or is away is not to be hammered.
const PAUSE_MS = 100;
const ANSWER_TIMEOUT_MS = 30_000;
/** How long after the window unsent and unanswered requests are still waited for. */
const GRACE_MS = 30_000;
const TICK_MS = 1;
const WATCH_MS = 250;

/**
 * Drives one server over keep-alive connections, one request on each at a time, until the measured window is over
 * and every request has its answer. All times are `performance.now()`.
 */
export class LoadGenerator {
  readonly #write: (n: number) => string;
  readonly #connections: Connection[];
  readonly #pacer: Pacer;
  readonly #tally = new Tally();
  /** Open, with nothing under way. The last is used first, so that at low rates the others may rest and close. */
  readonly #idle: Connection[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #done = Promise.withResolvers<LoadReport>();
  #window: Window | null = null;
  #sent = 0;
  #ended = false;

  /** Connects at once and sends as soon as it can. */
  constructor(plan: LoadPlan) {
    this.#write = requestWriter(plan);
    this.#pacer = plan.rate === null ? closedLoop() : openLoop(performance.now(), plan.rate);
    const { hostname: host, port } = new URL(plan.url);
    const listener = {
      opened: (connection: Connection) => this.#release(connection),
      answered: (connection: Connection, response: Response, intended: number) =>
        this.#answered(connection, response, intended),
      lost: (connection: Connection, intended: number | null) => this.#lost(connection, intended),
    };
    this.#connections = Array.from(
      { length: plan.connections },
      () => new Connection({ host, port: Number(port) }, listener),
    );
    for (const connection of this.#connections) connection.open();
    if (plan.rate !== null) this.#timers.push(setInterval(() => this.#pump(), TICK_MS));
    this.#timers.push(setInterval(() => this.#watch(), WATCH_MS));
  }

  /** How it goes so far. */
  get progress(): { accepted: number; refused: number } {
    return { accepted: this.#tally.accepted, refused: this.#tally.refused };
  }

  /** Opens the measured window now. Resolves when it is over and nothing is under way any more. */
  measure(seconds: number): Promise<LoadReport> {
    const from = performance.now();
    this.#window = { from, until: from + seconds * 1_000 };
    this.#tally.open(this.#window);
    return this.#done.promise;
  }

  #pump(): void {
    const until = this.#window?.until ?? Infinity;
    while (!this.#ended) {
      const connection = this.#idle.at(-1);
      const now = performance.now();
      const intended = connection === undefined ? null : this.#pacer.take(now, until);
      if (connection === undefined || intended === null) return;
      this.#idle.pop();
      connection.send(this.#write(this.#sent), { intended, now });
      this.#sent += 1;
    }
  }

  #answered(connection: Connection, response: Response, intended: number): void {
    const accepted = this.#tally.answered(response, { intended, now: performance.now() });
    // A closing connection comes back through `lost`.
    if (!response.keepsAlive) return;
    if (accepted) this.#release(connection);
    else setTimeout(() => this.#release(connection), PAUSE_MS);
  }

  #release(connection: Connection): void {
    // It may have been lost, and even come back, while it was kept waiting.
    if (connection.isFree && !this.#idle.includes(connection)) this.#idle.push(connection);
    this.#pump();
  }

  #lost(connection: Connection, intended: number | null): void {
    if (intended !== null) this.#tally.unanswered();
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
    if (!this.#ended) setTimeout(() => this.#ended || connection.open(), PAUSE_MS);
  }

  #watch(): void {
    const now = performance.now();
    const { until } = this.#window ?? { until: Infinity };
    for (const connection of this.#connections) {
      const { waitingSince } = connection;
      if (waitingSince !== null && now - waitingSince > ANSWER_TIMEOUT_MS) connection.destroy();
    }
    if (now < until) return;
    const waiting = this.#connections.some(({ waitingSince }) => waitingSince !== null);
    const finished = !waiting && this.#pacer.owed(until) === 0;
    if (finished || now > until + GRACE_MS) this.#finish();
  }

  #finish(): void {
    if (this.#ended || this.#window === null) return;
    const { from, until } = this.#window;
    this.#ended = true;
    this.#timers.forEach(clearInterval);
    for (const connection of this.#connections) {
      if (connection.waitingSince !== null) this.#tally.unanswered();
      connection.destroy();
    }
    const unsent = this.#pacer.owed(until);
    const window_opened_at = performance.timeOrigin + from;
    this.#done.resolve({ ...this.#tally.report(), unsent, window_opened_at });
  }
}
