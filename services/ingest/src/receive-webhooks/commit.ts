import { consentFacts, type KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { messageFacts, type MessageFact } from '@parley/contracts/facts/message-facts';
import { receiptFacts, type ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { Message } from '@parley/contracts/message';
import { inTransaction } from '@parley/platform/db';
import { addToOutbox, factRows, type OutboxRow } from '@parley/platform/outbox';
import type { Kysely, Transaction } from 'kysely';
import type { IngestTables } from '../database.ts';
import type { Entry } from './decide.ts';
import { keywordsIn } from './keywords.ts';
import { insertKeywords, insertMessages, insertReceipts } from './store.ts';

/** What one transaction brought. */
export interface Committed {
  /** Those of the entries that were new. */
  messages: Message[];
  receipts: ReceiptReceived[];
  /** Those of the messages that are keywords. */
  keywords: KeywordReceived[];
  /** The facts that tell of them, to be published. */
  rows: OutboxRow[];
}

/** Something to be done in the same transaction, when it is known which of the entries are new. */
type AlsoDo = (trx: Transaction<IngestTables>, stored: ReadonlySet<Entry>) => Promise<void>;

/**
 * Stores what is new among the entries and the facts that tell of it in one transaction: four statements at most.
 * Waits for other transactions that bring the same events, so what is not new is committed. Throws `Unavailable`,
 * or what PostgreSQL says of a row that it refuses.
 */
export function commit(
  db: Kysely<IngestTables>,
  entries: readonly Entry[],
  alsoDo: AlsoDo = async () => {},
): Promise<Committed> {
  const at = new Date().toISOString();
  const newMessages = entries.filter((entry) => entry.kind === 'message');
  const newReceipts = entries.filter((entry) => entry.kind === 'receipt');
  const spans = spansOf(entries);
  return inTransaction(db, async (trx) => {
    const storedMessages = await insertMessages(trx, newMessages, at);
    const storedReceipts = await insertReceipts(trx, newReceipts);
    await alsoDo(trx, new Set([...storedMessages, ...storedReceipts]));
    const messages = storedMessages.map((entry) => entry.message);
    const receipts = storedReceipts.map((entry) => entry.receipt);
    const keywords = keywordsIn(storedMessages);
    await insertKeywords(trx, keywords, at);
    const facts = messages.map((message): MessageFact => ({ kind: 'message.received', at, message }));
    // Keywords first: the next message to whoever said STOP may be on its way.
    const rows = [
      ...factRows(consentFacts, keywords),
      ...factRows(messageFacts, facts, (fact) => ('message' in fact ? spans.get(fact.message) : undefined)),
      ...factRows(receiptFacts, receipts, (receipt) => spans.get(receipt)),
    ];
    await addToOutbox(trx, rows);
    return { messages, receipts, keywords, rows };
  });
}

/** The spans that brought what is told, of those that are recorded. */
function spansOf(entries: readonly Entry[]): ReadonlyMap<object, string> {
  return new Map(
    entries.flatMap((entry) =>
      entry.traceparent === undefined
        ? []
        : [[entry.kind === 'message' ? entry.message : entry.receipt, entry.traceparent] as const],
    ),
  );
}
