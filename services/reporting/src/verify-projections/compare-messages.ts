import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { replayPages, type Requester } from '@parley/platform/bus';
import { delay } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { differencesOf } from './decide.ts';
import { createIdSet } from './id-set.ts';
import { loadIds, loadStored, type Found } from './store.ts';

export interface CompareOptions {
  db: Kysely<ReportingTables>;
  /** Ask the owners for what they know. */
  owners: readonly Requester<ExportItem, ExportPage<Message>>[];
  signal: AbortSignal;
  /** Hears how many messages of the owners have been compared, and of how many it is not sure yet. */
  onProgress(compared: number, doubted: number): void;
  /** Differences that are told. */
  limit: number;
  /** How often what differs is looked at again, twice a second. Default 10. */
  rounds?: number | undefined;
}

const BEGINNING = new Date(0).toISOString();
const IDS_AT_ONCE = 10_000;
/** More of them are as wrong as these. */
const MAX_DOUBTED = 10_000;
const ROUNDS = 10;
const ROUND_MS = 500;
/** What was being committed when the last round began is of this one too. */
const SLACK_MS = 60_000;

/**
 * Compares every message, field by field, with what its owner says, and finds those that no owner has. While messages
 * come and change, the projection is always a little behind: what differs is looked at again, in its newest state, and
 * only what differs still after seconds counts. Throws when an owner or the database stays away.
 */
export async function compareMessages(options: CompareOptions): Promise<Found & { compared: number }> {
  const { db, owners, signal, onProgress, limit, rounds = ROUNDS } = options;
  const seen = createIdSet();
  /** By id: what the owner said last; undefined = none has it. */
  const doubted = new Map<MessageId, Message | undefined>();

  async function look(owned: ReadonlyMap<MessageId, Message | undefined>): Promise<void> {
    const stored = await loadStored(db, [...owned.keys()]);
    for (const [id, message] of owned)
      if (differencesOf(id, stored.get(id), message).length === 0) doubted.delete(id);
      else if (doubted.size < MAX_DOUBTED || doubted.has(id)) doubted.set(id, message);
  }
  async function compareSince(since: string, isLookedAt: (id: MessageId) => boolean): Promise<void> {
    const apply = async (rows: readonly Message[]): Promise<void> => {
      for (const { id } of rows) seen.add(id);
      const looked = rows.filter(({ id }) => isLookedAt(id));
      await look(new Map(looked.map((message) => [message.id, message])));
      onProgress(seen.size, doubted.size);
    };
    for (const ask of owners) await replayPages({ ask, apply, since, signal });
  }
  async function doubtForeign(): Promise<void> {
    for (let after: MessageId | null = null; ;) {
      const ids: MessageId[] = await loadIds(db, after, IDS_AT_ONCE);
      for (const id of ids) if (!seen.has(id) && doubted.size < MAX_DOUBTED) doubted.set(id, undefined);
      after = ids.at(-1) ?? null;
      if (after === null) return;
      signal.throwIfAborted();
    }
  }

  let begun = Date.now();
  await compareSince(BEGINNING, () => true);
  await doubtForeign();
  for (let round = 1; round <= rounds && doubted.size > 0; round += 1) {
    await delay(ROUND_MS, signal);
    const since = new Date(begun - SLACK_MS).toISOString();
    begun = Date.now();
    // What has come or changed since it was as it should be is not looked at: there would be no end of it.
    await compareSince(since, (id) => doubted.has(id));
    await look(new Map(doubted));
    onProgress(seen.size, doubted.size);
  }
  const stored = await loadStored(db, [...doubted.keys()]);
  const all = [...doubted].flatMap(([id, message]) => differencesOf(id, stored.get(id), message));
  return { compared: seen.size, count: all.length, first: all.slice(0, limit) };
}
