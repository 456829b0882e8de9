import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, factRows, type Outbox, type OutboxRow } from '@parley/platform/outbox';
import type { CountMessages } from '../count-messages.ts';
import type { Database, Trx } from '../database.ts';
import { enterLanes, laneOf, type Entry } from '../lanes/enter.ts';
import type { Lanes } from '../lanes/lanes.ts';
import { acceptSpanOf } from '../message-trace.ts';
import type { FirstCalls } from '../send-message/first-calls.ts';
import { sendWork } from '../send-work.ts';
import type { Fate } from './answer.ts';
import { keyName, type Acceptance } from './decide.ts';
import type { OutboundMessage, StoredMessage } from './new-message.ts';
import { placeMessages, type PlaceOptions, type Places } from './place.ts';
import { insertMessages, takeKeys, type Patience } from './store.ts';

export interface CommitOptions extends PlaceOptions {
  db: Database;
  outbox: Pick<Outbox, 'publishNow'>;
  count: CountMessages;
  lanes: Pick<Lanes, 'standings' | 'place' | 'enteredInto'>;
  firstCalls: FirstCalls;
  /** ms after which an untouched message counts as lost. */
  queuedStaleMs: number;
}

/**
 * Stores what was accepted in one transaction: keys, messages, the facts that tell of them and the work to send
 * them, or their places in lanes. After the commit it publishes, begins the calls that are made from here, and returns
 * what became of each acceptance, in order.
 */
export async function commit(acceptances: readonly Acceptance[], options: CommitOptions): Promise<Fate[]> {
  const places = await placeMessages(acceptances, options);
  const { firstCalls, queuedStaleMs: staleMs } = options;
  const patience = { staleMs, leaseMs: firstCalls.leaseMs };
  try {
    const claimedAt = Date.now();
    const { fates, ...kept } = await inTransaction(options.db, (trx) =>
      storeAcceptances(trx, acceptances, { places, patience }),
    );
    tellStored(kept, options);
    for (const message of kept.stored) callFor(message, places, { firstCalls, claimedAt });
    return fates;
  } finally {
    for (const { place } of places.calls.values()) place.leave();
  }
}

/** Publishes and counts after the commit what was stored. */
export function tellStored(
  { stored, rows, entries }: Omit<Stored, 'fates'>,
  { outbox, lanes, count }: Pick<CommitOptions, 'outbox' | 'lanes' | 'count'>,
): void {
  outbox.publishNow(rows);
  lanes.enteredInto(entries.map(laneOf));
  count(stored);
}

/** Begins the call for a message that was stored as claimed; the room for it is the call's from then on. */
function callFor(
  message: StoredMessage,
  { calls }: Places,
  { firstCalls, claimedAt }: { firstCalls: FirstCalls; claimedAt: number },
): void {
  const call = calls.get(message.id);
  if (call === undefined) return;
  calls.delete(message.id);
  firstCalls.begin(message, call, claimedAt);
}

/** What is stored of where a message goes. */
function placeOf(
  { id }: OutboundMessage,
  { lanes, calls }: Places,
): Pick<StoredMessage, 'lane' | 'claimed_for' | 'status_reason'> {
  const place = lanes.get(id);
  return {
    lane: place?.connection_id ?? null,
    status_reason: place?.reason ?? null,
    claimed_for: calls.get(id)?.route.connection.id ?? null,
  };
}

/** What was stored of acceptances. */
export interface Stored {
  /** What became of each, in order. */
  fates: Fate[];
  /** The messages that are new. */
  stored: StoredMessage[];
  /** What is to be published after the commit. */
  rows: OutboxRow[];
  /** The places in lanes that they have now. */
  entries: Entry[];
}

/**
 * Stores acceptances: keys, messages, the facts that tell of them and the work to send them, or their places in lanes.
 * Throws `OptedOut` when one of their recipients has opted out.
 */
export async function storeAcceptances(
  trx: Trx,
  acceptances: readonly Acceptance[],
  { places, patience }: { places: Places; patience: Patience },
): Promise<Stored> {
  const taken = await takeKeys(trx, acceptances);
  const mine = acceptances.filter(
    ({ account_id, idempotency }) => idempotency === null || taken.has(keyName(account_id, idempotency.key)),
  );
  const messages = mine.flatMap(({ messages, choices }) =>
    messages.map((message) => ({ ...message, ...choices, ...placeOf(message, places) })),
  );
  const inserted = await insertMessages(trx, messages, patience);
  const stored = messages.filter(({ id }) => inserted.has(id));
  // Of what was accepted, not of what is stored: that holds what nobody else is told.
  const told = mine.flatMap(({ messages }) => messages).filter(({ id }) => inserted.has(id));
  const facts = factRows(messageFacts, told.map(acceptedFact), causeOf);
  const rows = [...facts, ...stored.flatMap(workOf)];
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

/** What goes to the bus: the work of a message that nobody here sends, at once or when it is to be sent; chat needs none. */
function workOf(message: StoredMessage): OutboxRow[] {
  if (message.status === 'sent' || message.lane !== null || message.claimed_for !== null) return [];
  const at = message.status === 'scheduled' ? message.send_at : null;
  return [sendWork(message, { priority: message.priority, at })];
}

function entryOf(message: StoredMessage): Entry[] {
  const { priority, lane } = message;
  return lane === null ? [] : [{ message, priority, connection_id: lane, bound: false }];
}

function causeOf(fact: MessageFact): string | undefined {
  return fact.kind === 'message.accepted' ? acceptSpanOf(fact.message) : undefined;
}

function acceptedFact(message: OutboundMessage): MessageFact {
  return { kind: 'message.accepted', at: message.created_at, message };
}
