import { randomBytes } from 'node:crypto';
import { CallLog, type Call, type CallFilter } from './call-log.ts';
import { RecentMap } from './recent-map.ts';

/** How many calls there were, and what providers made of them. */
export interface Counts {
  calls: number;
  /** Different keys; calls without a key count each. */
  accepted: number;
  /** Messages that were sent: more than accepted when repeated keys were ignored. */
  sent: number;
}

/** A message that a call made a provider take. */
export interface Taken {
  reference: string;
  /** Whether it is the first one with its key. */
  isFirst: boolean;
}

/** Most messages of one key that are listed. */
const MAX_REPEATS = 100;

/** Who took what: every call counted, accepted keys recognised, the latest calls remembered. */
export class Ledger {
  /** Makes references unlike those of any process before this one: messages outlive the simulator. */
  readonly #run = Date.now().toString(36) + randomBytes(2).toString('hex');
  /** By connection and key, the numbers of the messages. */
  readonly #taken = new Map<string, RecentMap<readonly number[]>>();
  readonly #log: CallLog;
  readonly #counts: Counts = { calls: 0, accepted: 0, sent: 0 };

  constructor(log = new CallLog()) {
    this.#log = log;
  }

  /** The references that a connection gave to messages with a key, the first one first; empty when it took none. */
  references(connection: string, key: string): string[] {
    const numbers = this.#taken.get(connection)?.get(key) ?? [];
    return numbers.map((number) => this.#reference(connection, number));
  }

  /** Takes a message. Without a key nothing will recognise a repetition. */
  take(connection: string, key: string | null): Taken {
    this.#counts.sent += 1;
    const number = this.#counts.sent;
    const isFirst = key === null || this.#addTo(this.#keysOf(connection), key, number);
    if (isFirst) this.#counts.accepted += 1;
    return { reference: this.#reference(connection, number), isFirst };
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

  /** The remembered calls that a filter lets through, latest first. */
  calls(filter: CallFilter): Iterable<Call> {
    return this.#log.select(filter);
  }

  /** Whether the number is the first one of its key. */
  #addTo(keys: RecentMap<readonly number[]>, key: string, number: number): boolean {
    const earlier = keys.get(key);
    keys.set(key, earlier === undefined ? [number] : [...earlier, number].slice(0, MAX_REPEATS));
    return earlier === undefined;
  }

  #keysOf(connection: string): RecentMap<readonly number[]> {
    const keys = this.#taken.get(connection) ?? new RecentMap();
    this.#taken.set(connection, keys);
    return keys;
  }

  #reference(connection: string, number: number): string {
    return `${connection}-${this.#run}-${number.toString(36)}`;
  }
}
