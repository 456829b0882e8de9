import { Connection } from './connection.ts';
import type { Errand } from './connection.ts';
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
  readonly #tally: Tally;
  readonly #repeats: boolean;
  /** To be sent again, with the first sent first. */
  readonly #again: Errand[] = [];
  /** Open, with nothing under way. The last is used first, so that at low rates the others may rest and close. */
  readonly #idle: Connection[] = [];
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #done = Promise.withResolvers<LoadReport>();
  #window: Window | null = null;
  #sent = 0;
  /** How many requests are kept waiting before they may be sent again. */
  #resting = 0;
  #ended = false;

  /** Connects at once and sends as soon as it can. */
  constructor(plan: LoadPlan) {
    this.#write = requestWriter(plan);
    this.#tally = new Tally({ allIds: plan.all_ids });
    this.#repeats = plan.repeat;
    this.#pacer = plan.rate === null ? closedLoop() : openLoop(performance.now(), plan.rate);
    const { hostname: host, port } = new URL(plan.url);
    const listener = {
      opened: (connection: Connection) => this.#release(connection),
      answered: (connection: Connection, response: Response, errand: Errand) =>
        this.#answered(connection, response, errand),
      lost: (connection: Connection, errand: Errand | null) => this.#lost(connection, errand),
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
      const errand = connection === undefined ? null : (this.#again.shift() ?? this.#next(now, until));
      if (connection === undefined || errand === null) return;
      this.#idle.pop();
      connection.send(this.#write(errand.n), errand, now);
    }
  }

  #next(now: number, until: number): Errand | null {
    const intended = this.#pacer.take(now, until);
    return intended === null ? null : { n: this.#sent++, intended };
  }

  #answered(connection: Connection, response: Response, errand: Errand): void {
    const verdict = this.#tally.answered(response, { intended: errand.intended, now: performance.now() });
    if (verdict === 'unknown') this.#unanswered(errand);
    if (verdict === 'not_now' && this.#repeats) this.#rest(errand);
    // A closing connection comes back through `lost`.
    if (!response.keepsAlive) return;
    if (verdict === 'accepted') this.#release(connection);
    else setTimeout(() => this.#release(connection), PAUSE_MS);
  }

  /** A request of which nobody knows what became of it is sent again with its key, or counted as such. */
  #unanswered(errand: Errand): void {
    if (this.#repeats) this.#rest(errand);
    else this.#tally.unanswered();
  }

  #rest(errand: Errand): void {
    this.#resting += 1;
    setTimeout(() => {
      this.#resting -= 1;
      this.#again.push(errand);
      this.#pump();
    }, PAUSE_MS);
  }

  #release(connection: Connection): void {
    // It may have been lost, and even come back, while it was kept waiting.
    if (connection.isFree && !this.#idle.includes(connection)) this.#idle.push(connection);
    this.#pump();
  }

  #lost(connection: Connection, errand: Errand | null): void {
    if (this.#ended) return;
    if (errand !== null) this.#unanswered(errand);
    const place = this.#idle.indexOf(connection);
    if (place >= 0) this.#idle.splice(place, 1);
    setTimeout(() => this.#ended || connection.open(), PAUSE_MS);
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
    const finished = !waiting && this.#unsettled === 0 && this.#pacer.owed(until) === 0;
    if (finished || now > until + GRACE_MS) this.#finish();
  }

  get #unsettled(): number {
    return this.#again.length + this.#resting;
  }

  #finish(): void {
    if (this.#ended || this.#window === null) return;
    const { from, until } = this.#window;
    this.#ended = true;
    this.#timers.forEach(clearInterval);
    for (let left = this.#unsettled; left > 0; left -= 1) this.#tally.unanswered();
    for (const connection of this.#connections) {
      if (connection.waitingSince !== null) this.#tally.unanswered();
      connection.destroy();
    }
    const unsent = this.#pacer.owed(until);
    const window_opened_at = performance.timeOrigin + from;
    this.#done.resolve({ ...this.#tally.report(), unsent, window_opened_at });
  }
}
