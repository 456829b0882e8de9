import type { Outcome } from '../calls/outcome.ts';
import { RecentMap } from '../calls/recent-map.ts';
import { MAGIC_RECIPIENTS } from './recipients.ts';

/** Plays the magic recipients, and remembers which messages have met theirs. */
export class Magic {
  readonly #met = new RecentMap<true>();

  /** What a call to `to` comes to; null for a recipient without magic, or when the message has met it before. */
  play(connection: string, to: string, key: string | null): Outcome | null {
    const magic = MAGIC_RECIPIENTS.get(to.toLowerCase());
    if (magic === undefined) return null;
    if (magic.calls === 'every' || key === null) return magic.outcome;
    const message = `${connection} ${to} ${key}`;
    if (this.#met.get(message)) return null;
    this.#met.set(message, true);
    return magic.outcome;
  }
}
