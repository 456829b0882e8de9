const DEFAULT_CAPACITY = 1_000_000;

/** One call as the ledger remembers it. */
export interface Call {
  /** When it came, epoch ms. */
  at: number;
  connection: string;
  idempotency_key: string | null;
  /** Of the answer; null = the connection was broken without one. */
  status: number | null;
  from: string;
  to: string;
  /** The header List-Unsubscribe that it asked for; null = none. */
  list_unsubscribe: string | null;
  /** Whether this call made the provider send a message, and not only answer for one that it had sent before. */
  sent: boolean;
  /** Whether that was the first message with its key. */
  accepted: boolean;
}

/** Which calls to look for; null = any. */
export interface CallFilter {
  connection: string | null;
  from: string | null;
  to: string | null;
}

type Columns = { [Name in keyof Call]: Call[Name][] };

/** The latest calls, oldest first. Kept in columns: a million calls cost no object each. */
export class CallLog {
  readonly #columns: Columns = {
    at: [],
    connection: [],
    idempotency_key: [],
    status: [],
    from: [],
    to: [],
    list_unsubscribe: [],
    sent: [],
    accepted: [],
  };
  readonly #capacity: number;
  #recorded = 0;

  constructor(capacity = DEFAULT_CAPACITY) {
    this.#capacity = capacity;
  }

  /** Remembers a call, in place of the oldest one when the log is full. */
  record(call: Call): void {
    const at = this.#recorded % this.#capacity;
    this.#columns.at[at] = call.at;
    this.#columns.connection[at] = call.connection;
    this.#columns.idempotency_key[at] = call.idempotency_key;
    this.#columns.status[at] = call.status;
    this.#columns.from[at] = call.from;
    this.#columns.to[at] = call.to;
    this.#columns.list_unsubscribe[at] = call.list_unsubscribe;
    this.#columns.sent[at] = call.sent;
    this.#columns.accepted[at] = call.accepted;
    this.#recorded += 1;
  }

  /** The remembered calls that a filter lets through, latest first. */
  *select({ connection, from, to }: CallFilter): Generator<Call> {
    const kept = Math.min(this.#recorded, this.#capacity);
    for (let age = 1; age <= kept; age += 1) {
      const at = (this.#recorded - age) % this.#capacity;
      if (to !== null && this.#columns.to[at] !== to) continue;
      if (from !== null && this.#columns.from[at] !== from) continue;
      if (connection !== null && this.#columns.connection[at] !== connection) continue;
      yield this.#read(at);
    }
  }

  #read(at: number): Call {
    return {
      at: this.#columns.at[at] ?? 0,
      connection: this.#columns.connection[at] ?? '',
      idempotency_key: this.#columns.idempotency_key[at] ?? null,
      status: this.#columns.status[at] ?? null,
      from: this.#columns.from[at] ?? '',
      to: this.#columns.to[at] ?? '',
      list_unsubscribe: this.#columns.list_unsubscribe[at] ?? null,
      sent: this.#columns.sent[at] ?? false,
      accepted: this.#columns.accepted[at] ?? false,
    };
  }
}
