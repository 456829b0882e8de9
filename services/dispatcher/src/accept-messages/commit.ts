import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import type { Message } from '@parley/contracts/message';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, factRows, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import type { CountMessages } from '../count-messages.ts';
import type { Database, Trx } from '../database.ts';
import { sendWork } from '../send-work.ts';
import type { Fate } from './answer.ts';
import { keyName, type Acceptance } from './decide.ts';
import { insertMessages, takeKeys } from './store.ts';

export interface CommitOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
  /** ms after which an untouched message counts as lost. */
  queuedStaleMs: number;
}

/**
 * Stores what was accepted in one transaction: keys, messages, the facts that tell of them and the work to send
 * them. Returns what became of each, in order, and publishes after the commit.
 */
export async function commit(acceptances: readonly Acceptance[], options: CommitOptions): Promise<Fate[]> {
  const { fates, stored, rows } = await inTransaction(options.db, (trx) =>
    store(trx, acceptances, options.queuedStaleMs),
  );
  options.outbox.publishNow(rows);
  options.count(stored);
  return fates;
}

async function store(
  trx: Trx,
  acceptances: readonly Acceptance[],
  staleMs: number,
): Promise<{ fates: Fate[]; stored: Message[]; rows: OutboxRow[] }> {
  const taken = await takeKeys(trx, acceptances);
  const mine = acceptances.filter(
    ({ message, idempotency }) =>
      idempotency === null || taken.has(keyName(message.account_id, idempotency.key)),
  );
  const inserted = await insertMessages(
    trx,
    mine.map((acceptance) => acceptance.message),
    staleMs,
  );
  const stored = mine.map((acceptance) => acceptance.message).filter(({ id }) => inserted.has(id));
  const rows = [
    ...factRows(messageFacts, stored.map(acceptedFact)),
    ...stored.map((message) => sendWork(message)),
  ];
  await addToOutbox(trx, rows);
  const ours = new Set(mine);
  const fates = acceptances.map((acceptance): Fate => {
    if (!ours.has(acceptance)) return 'contested';
    return inserted.has(acceptance.message.id) ? 'stored' : 'known';
  });
  return { fates, stored, rows };
}

function acceptedFact(message: Message): MessageFact {
  return { kind: 'message.accepted', at: message.created_at, message };
}
