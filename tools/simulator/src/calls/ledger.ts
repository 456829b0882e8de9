import { randomBytes } from 'node:crypto';
import { AcceptedKeys } from './accepted-keys.ts';
import { CallLog, type Call } from './call-log.ts';

/** How many calls, and how many messages they made providers take. */
export interface Counts {
  calls: number;
  accepted: number;
}

/** Who took what: every call counted, accepted keys recognised, the latest calls remembered. */
export class Ledger {
  /** Makes references unlike those of any process before this one: messages outlive the simulator. */
  readonly #run = Date.now().toString(36) + randomBytes(2).toString('hex');
  /** By connection and key, the number of the message. */
  readonly #accepted = new Map<string, AcceptedKeys>();
  readonly #log: CallLog;
  readonly #counts: Counts = { calls: 0, accepted: 0 };

  constructor(log = new CallLog()) {
    this.#log = log;
  }

  /** The reference that a connection gave to an accepted key; null when it never accepted it. */
  find(connection: string, key: string | null): string | null {
    const number = key === null ? undefined : this.#accepted.get(connection)?.get(key);
    return number === undefined ? null : this.#reference(connection, number);
  }

  /** Accepts a message and returns its new reference. Without a key nothing will recognise a repetition. */
  accept(connection: string, key: string | null): string {
    this.#counts.accepted += 1;
    const number = this.#counts.accepted;
    if (key !== null) this.#keysOf(connection).set(key, number);
    return this.#reference(connection, number);
  }

  /** Counts a call and remembers it. */
  record(call: Call): void {
    this.#counts.calls += 1;
    this.#log.record(call);
  }

  /** Of everything since the process began. */
  counts(): Counts {
    return { ...this.#counts };
  }

  /** The remembered calls to a recipient and through a connection, oldest first; null = any. */
  calls(to: string | null, connection: string | null): Iterable<Call> {
    return this.#log.select(to, connection);
  }

  #keysOf(connection: string): AcceptedKeys {
    const keys = this.#accepted.get(connection) ?? new AcceptedKeys();
    this.#accepted.set(connection, keys);
    return keys;
  }

  #reference(connection: string, number: number): string {
    return `${connection}-${this.#run}-${number.toString(36)}`;
  }
}
