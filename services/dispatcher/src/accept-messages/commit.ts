import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import { addToOutbox, factRows, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import type { CountMessages } from '../count-messages.ts';
import type { Database, Trx } from '../database.ts';
import { enterLanes, laneOf, type Entry } from '../lanes/enter.ts';
import type { Lanes } from '../lanes/lanes.ts';
import { sendWork } from '../send-work.ts';
import type { Fate } from './answer.ts';
import { keyName, type Acceptance } from './decide.ts';
import type { StoredMessage } from './new-message.ts';
import { insertMessages, takeKeys } from './store.ts';

export interface CommitOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
  directory: Pick<Directory, 'account'>;
  lanes: Pick<Lanes, 'standings' | 'place' | 'enteredInto'>;
  /** ms after which an untouched message counts as lost. */
  queuedStaleMs: number;
}

/**
 * Stores what was accepted in one transaction: keys, messages, the facts that tell of them and the work to send
 * them, or their places in lanes. Returns what became of each, in order, and publishes after the commit.
 */
export async function commit(acceptances: readonly Acceptance[], options: CommitOptions): Promise<Fate[]> {
  const inLane = await placeMessages(acceptances, options);
  const { fates, stored, rows, entries } = await inTransaction(options.db, (trx) =>
    store(trx, acceptances, { inLane, staleMs: options.queuedStaleMs }),
  );
  options.outbox.publishNow(rows);
  options.lanes.enteredInto(entries.map(laneOf));
  options.count(stored);
  return fates;
}

/** The connections in whose lanes messages are to wait; the others go to the bus. */
async function placeMessages(
  acceptances: readonly Acceptance[],
  { directory, lanes }: CommitOptions,
): Promise<Map<MessageId, ConnectionId>> {
  const ids = [...new Set(acceptances.map(({ account_id }) => account_id))];
  const accounts = new Map(
    await Promise.all(ids.map(async (id) => [id, await directory.account(id)] as const)),
  );
  const inLane = new Map<MessageId, ConnectionId>();
  for (const { account_id, messages, choices } of acceptances) {
    const account = accounts.get(account_id) ?? null;
    for (const { id, type, from, status } of messages) {
      if (status !== 'queued') continue;
      const connection = lanes.place({ account_id, type, from, ...choices }, account);
      if (connection !== null) inLane.set(id, connection);
    }
  }
  return inLane;
}

interface Stored {
  fates: Fate[];
  stored: StoredMessage[];
  rows: OutboxRow[];
  entries: Entry[];
}

async function store(
  trx: Trx,
  acceptances: readonly Acceptance[],
  { inLane, staleMs }: { inLane: ReadonlyMap<MessageId, ConnectionId>; staleMs: number },
): Promise<Stored> {
  const taken = await takeKeys(trx, acceptances);
  const mine = acceptances.filter(
    ({ account_id, idempotency }) => idempotency === null || taken.has(keyName(account_id, idempotency.key)),
  );
  const messages = mine.flatMap(({ messages, choices }) =>
    messages.map((message) => ({ ...message, ...choices, lane: inLane.get(message.id) ?? null })),
  );
  const inserted = await insertMessages(trx, messages, staleMs);
  const stored = messages.filter(({ id }) => inserted.has(id));
  const rows = [...factRows(messageFacts, stored.map(acceptedFact)), ...stored.flatMap(workOf)];
  await addToOutbox(trx, rows);
  const entries = stored.flatMap(entryOf);
  await enterLanes(trx, entries);
  const ours = new Set(mine);
  const fates = acceptances.map((acceptance): Fate => {
    if (!ours.has(acceptance)) return 'contested';
    return acceptance.messages.every(({ id }) => inserted.has(id)) ? 'stored' : 'known';
  });
  return { fates, stored, rows, entries };
}

/** What goes to the bus: the work of a message that is in no lane, at once or when it is to be sent; chat needs none. */
function workOf(message: StoredMessage): OutboxRow[] {
  if (message.status === 'sent' || message.lane !== null) return [];
  const at = message.status === 'scheduled' ? message.send_at : null;
  return [sendWork(message, { priority: message.priority, at })];
}

function entryOf(message: StoredMessage): Entry[] {
  const { priority, lane } = message;
  return lane === null ? [] : [{ message, priority, connection_id: lane, bound: false }];
}

function acceptedFact({
  priority: _,
  on_unknown_outcome: __,
  lane: ___,
  ...message
}: StoredMessage): MessageFact {
  return { kind: 'message.accepted', at: message.created_at, message };
}
