import { newMessageId } from '@parley/contracts/ids';
import type { AcceptReply } from '@parley/contracts/requests/accept-messages';
import type { Replay, ReplayItem } from '@parley/contracts/requests/find-replays';
import type { RequestHandler } from '@parley/platform/bus';
import { keyName, type KeyRecord } from './decide.ts';
import { replayNoter, type NoterOptions } from './note-replays.ts';
import { loadKeys } from './store.ts';

const MAX_QUEUED = 1_000;

/**
 * Tells requests that cannot be accepted as things are now what they were answered when they could be, by their keys
 * alone, and notes their repetition. Throws `Unavailable`.
 */
export function replayFinder(
  options: Pick<NoterOptions, 'db' | 'metrics' | 'logger'>,
): RequestHandler<ReplayItem, Replay> {
  const noteReplays = replayNoter({ ...options, name: 'note-found-replays', maxQueued: MAX_QUEUED });
  return async (items) => {
    const wanted = items.map(({ account_id, idempotency: { key } }) => ({ account_id, key }));
    const records = await loadKeys(options.db, wanted);
    const found = items.flatMap((item) => {
      const messages = answerTo(item, records);
      return messages === null ? [] : [{ item, messages }];
    });
    const repetitions = found.map(({ item, messages }) => ({
      ...item,
      recipients: messages.map(() => ({ id: newMessageId() })),
    }));
    const replies = found.map(({ messages }): AcceptReply => ({
      outcome: 'accepted',
      replayed: true,
      messages,
    }));
    await noteReplays(repetitions, replies);
    const replays = new Map(found.map(({ item, messages }) => [item, { messages }]));
    return items.map((item) => replays.get(item) ?? null);
  };
}

function answerTo(
  { account_id, idempotency: { key, fingerprint } }: ReplayItem,
  records: ReadonlyMap<string, KeyRecord>,
): KeyRecord['answer'] | null {
  const record = records.get(keyName(account_id, key));
  return record?.fingerprint === fingerprint ? record.answer : null;
}
