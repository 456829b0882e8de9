import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, factRows, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import type { CountMessages } from '../count-messages.ts';
import type { Database, Trx } from '../database.ts';
import { sendWork } from '../send-work.ts';
import type { Fate } from './answer.ts';
import { keyName, type Acceptance } from './decide.ts';
import type { StoredMessage } from './new-message.ts';
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
): Promise<{ fates: Fate[]; stored: StoredMessage[]; rows: OutboxRow[] }> {
  const taken = await takeKeys(trx, acceptances);
  const mine = acceptances.filter(
    ({ account_id, idempotency }) => idempotency === null || taken.has(keyName(account_id, idempotency.key)),
  );
  const messages = mine.flatMap(({ messages, choices }) =>
    messages.map((message) => ({ ...message, ...choices })),
  );
  const inserted = await insertMessages(trx, messages, staleMs);
  const stored = messages.filter(({ id }) => inserted.has(id));
  const rows = [...factRows(messageFacts, stored.map(acceptedFact)), ...stored.flatMap(workOf)];
  await addToOutbox(trx, rows);
  const ours = new Set(mine);
  const fates = acceptances.map((acceptance): Fate => {
    if (!ours.has(acceptance)) return 'contested';
    return acceptance.messages.every(({ id }) => inserted.has(id)) ? 'stored' : 'known';
  });
  return { fates, stored, rows };
}

/** Where the work of a message goes: to the bus, at once or when it is to be sent. Chat has arrived by itself. */
function workOf(message: StoredMessage): OutboxRow[] {
  if (message.status === 'sent') return [];
  const at = message.status === 'scheduled' ? message.send_at : null;
  return [sendWork(message, { priority: message.priority, at })];
}

function acceptedFact({ priority: _, on_unknown_outcome: __, ...message }: StoredMessage): MessageFact {
  return { kind: 'message.accepted', at: message.created_at, message };
}
