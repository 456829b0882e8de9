import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newMessageId, newRowId } from '@parley/contracts/ids';
import { aConsent, aMessage, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import { forgetKeys, insertMessages, loadKeys, takeKeys } from './accept-messages/store.ts';
import { keywordApplier } from './answer-keywords/handler.ts';
import { commitChanges } from './commit-changes.ts';
import {
  answerByReceipts,
  countOrphans,
  dropUnmatched,
  keepUnmatched,
  loadNaming,
  loadWaiting,
  lockMessages,
  matchReceipts,
  raiseMessages,
  sweepUnmatched,
} from './apply-receipts/store.ts';
import type { DispatcherTables } from './database.ts';
import { deliverChats } from './deliver-chat/store.ts';
import { findMessages } from './find-messages/store.ts';
import { loadPage } from './export-messages/store.ts';
import { aDirectory, directoryOf } from './testing/accepting.ts';
import { aKeyword } from './testing/keywords.ts';
import { aReceipt, asStored, aWork, contextOn, finishOf, PATIENCE, SMS } from './testing/rows.ts';
import { loadConsents } from './latest-consent.ts';
import { loadQueues } from './preview-messages/store.ts';
import { loadLedgers } from './read-consent/store.ts';
import { loadMessages } from './read-messages/store.ts';
import { addConsents } from './record-consent/store.ts';
import {
  abandonedConnections,
  endWhatIsOver,
  heldMessages,
  lockAbandoned,
  lockWaiting,
} from './reconcile/store.ts';
import { createClaimer } from './send-message/claim.ts';
import { recordFinishes } from './send-message/record-finishes.ts';
import { createWaitingRoom } from './send-message/wait-for-connection.ts';
import { lookForOverdue } from './watch-receipts/store.ts';

/** Every statement that runs for messages, and what its plan must find its rows by. */
const EXPECTED: Record<string, RegExp> = {
  'accept-select-keys': /idempotency_key_pkey/,
  'accept-insert-keys': /Insert on idempotency_key/,
  'accept-insert-messages': /Insert on message/,
  'accept-forget-keys': /idempotency_key_expires/,
  'chat-deliver': /message_pkey/,
  'consent-latest': /consent_latest/,
  'consent-record': /Insert on consent/,
  'consent-recorded': /consent_pkey/,
  'consent-read': /consent_latest/,
  'preview-lanes': /waiting_lane.*lane_pkey/s,
  'read-messages': /message_pkey/,
  'find-messages': /attempt_provider_message.*message_pkey/s,
  'export-messages': /message_changed/,
  'send-claim': /message_pkey.*consent_latest/s,
  'keywords-lock': /Sort/,
  'keywords-standing': /consent_latest.*handled_keyword_address/s,
  'keywords-handled': /handled_keyword_pkey/,
  'keywords-keep': /Insert on handled_keyword/,
  'send-finish': /message_pkey.*unmatched_receipt_reference.*unmatched_receipt_message/s,
  'send-correct': /message_pkey/,
  'send-return-answers': /attempt_pkey/,
  'send-postpone': /message_pkey/,
  'watch-mark-overdue': /message_changed.*message_pkey/s,
  'receipts-match': /attempt_provider_message.*message_pkey/s,
  'receipts-naming': /unmatched_receipt_reference/,
  'receipts-lock': /message_pkey/,
  'receipts-answer': /attempt_provider_message.*attempt_pkey/s,
  'receipts-raise': /message_pkey/,
  'receipts-keep': /Insert on unmatched_receipt/,
  'receipts-waiting': /unmatched_receipt_message/,
  'receipts-sweep': /unmatched_receipt_pkey.*attempt_provider_message/s,
  'receipts-count-orphans': /unmatched_receipt_received/,
  'receipts-drop': /unmatched_receipt_pkey/,
  'reconcile-queued': /message_stale/,
  'reconcile-connections': /message_stale/,
  'reconcile-abandoned': /message_stale/,
  'reconcile-overdue': /message_stale/,
  'reconcile-count-held': /message_held/,
};
const ROWS = 30_000;

// One connection: statements are prepared in it, and there they are looked up.
const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher', { maxConnections: 1 });

beforeAll(async () => {
  await fill();
  await prepareAll();
});
afterAll(close);

/** As many rows as a busy hour leaves, most of them done with, and known to the planner. */
async function fill(): Promise<void> {
  await sql`insert into message (id, account_id, conversation_id, type, "from", "to", body, attachments, status,
      "timestamp", created_at, expires_at, stale_after, changed_at)
    select gen_random_uuid(), 'acme', gen_random_uuid(), 'sms', '+1', '+2', 'Hello', '[]',
      case when i % 100 = 0 then 'queued' else 'sent' end, now(), now(), now() + interval '1 hour',
      case when i % 100 = 0 then now() + interval '1 minute' end, now() - i * interval '10 ms'
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into attempt (message_id, attempt_no, round, connection_id, outcome, provider_message_id, started_at,
      finished_at)
    select id, 1, 1, 'sms', 'accepted', 'p-' || id, now(), now() from message`.execute(db);
  await sql`insert into unmatched_receipt
    select gen_random_uuid(), 'sms', 'u-' || i, 'delivered', null, now(), now() from generate_series(1, ${ROWS}::int) i`.execute(
    db,
  );
  await sql`insert into idempotency_key select 'acme', 'k-' || i, '\\x00', '{}', now() + i * interval '1 s'
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into outbox select gen_random_uuid(), 'work', '{}', now() + i * interval '1 s', gen_random_uuid()
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into consent
    select gen_random_uuid(), 'acme', 'sms', '+' || i % 10000, 'opted_in', 'api', null, now() - i * interval '1 s'
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into handled_keyword
    select gen_random_uuid(), 'acme', '+' || i, 'opted_out', now() - i * interval '1 s', gen_random_uuid()
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
    select gen_random_uuid(), 'acme', 'sms', 'sms', '+' || i % 10, 1, now(), false
    from generate_series(1, ${ROWS}::int) i`.execute(db);
  await sql`insert into lane (connection_id, sender) select 'sms', '+' || i from generate_series(1, ${ROWS}::int) i`.execute(
    db,
  );
  await sql`analyze`.execute(db);
}

async function prepareAll(): Promise<void> {
  const message = aMessage({ expires_at: new Date(Date.now() + 60_000).toISOString() });
  const idempotency = { key: 'k', fingerprint: 'a'.repeat(64) };
  const receipts = [aReceipt('delivered')];
  await loadKeys(db, [{ account_id: ANY_ACCOUNT, key: 'k' }]);
  await db.transaction().execute(async (trx) => {
    await takeKeys(trx, [
      {
        kind: 'accept',
        account_id: ANY_ACCOUNT,
        messages: [asStored(message)],
        choices: { priority: 'normal', on_unknown_outcome: null, category: 'transactional' },
        idempotency,
      },
    ]);
    await insertMessages(trx, [asStored(message)], PATIENCE);
  });
  await forgetKeys(db, 10);
  const line = aConsent();
  await addConsents(db, [line]);
  await addConsents(db, [line]);
  await loadConsents(db, [{ account_id: ANY_ACCOUNT, type: 'sms', address: line.address }]);
  await loadLedgers(db, [{ account_id: ANY_ACCOUNT, address: line.address, limit: 10 }]);
  await keywordApplier({ ...contextOn(db), directory: directoryOf(aDirectory()) }).apply([aKeyword()]);
  await loadQueues(db, [{ connection_id: SMS, sender: '+1', urgency: 1 }]);
  await loadMessages(db, [newMessageId()]);
  await findMessages(db, { account_id: ANY_ACCOUNT, provider_message_ids: ['ref'] });
  await loadPage(db, { since: new Date().toISOString(), after: null, limit: 100 });
  const claimed = await createClaimer(contextOn(db))({ message_id: message.id, connection_id: SMS });
  if (claimed === null) throw new Error('was not claimed');
  await createWaitingRoom(contextOn(db))(aWork(message.id));
  await commitChanges(contextOn(db), async (trx) => {
    await deliverChats(trx, [message.id]);
    await recordFinishes(trx, [finishOf(claimed)], { queuedStaleMs: 60_000 });
    const matches = await matchReceipts(trx, receipts);
    await raiseMessages(
      trx,
      matches.map((match) => match.message),
    );
    await keepUnmatched(trx, receipts);
    await loadWaiting(trx, receipts);
    await lockWaiting(trx, 'infinity', 10);
    await lockAbandoned(trx, [SMS], 10);
    await endWhatIsOver(trx, 10);
    await lookForOverdue(trx, { timeoutMs: 300_000, limit: 2_000 });
    await loadNaming(trx, [{ connection_id: SMS, message_id: message.id }]);
    await lockMessages(trx, [message.id]);
    await answerByReceipts(trx, receipts);
    await recordFinishes(trx, [finishOf(claimed)], { queuedStaleMs: 60_000 });
    return { risen: [], corrected: [] };
  });
  await heldMessages(db, 10);
  await sweepUnmatched(db, { after: newRowId(), limit: 1_000, keptDays: 7 });
  await countOrphans(db, 600_000, 10);
  await dropUnmatched(db, [newRowId()]);
  await abandonedConnections(db, 10);
}

async function planOf(name: string): Promise<string> {
  const { rows } = await sql<{ statement: string }>`
    select statement from pg_prepared_statements where name = ${name}`.execute(db);
  const [prepared] = rows;
  if (prepared === undefined) throw new Error(`${name} was not prepared`);
  const plan = await sql<
    Record<string, string>
  >`explain (generic_plan) ${sql.raw(prepared.statement)}`.execute(db);
  return plan.rows.map((row) => row['QUERY PLAN']).join('\n');
}

test.each(Object.entries(EXPECTED))('%s finds its rows by an index', async (name, expected) => {
  const plan = await planOf(name);
  expect(plan).toMatch(expected);
  expect(plan).not.toMatch(
    /Seq Scan on (?:message|consent|attempt|unmatched_receipt|idempotency_key|outbox|handled_keyword)/,
  );
});

test('no statement of the service is left out', async () => {
  const { rows } = await sql<{ name: string }>`select name from pg_prepared_statements`.execute(db);
  const own = rows
    .map((row) => row.name)
    .filter((name) =>
      /^(?:accept|chat|consent|keywords|read|export|find|preview|send|receipts|reconcile|watch)-/.test(name),
    );
  expect(own.toSorted()).toEqual(Object.keys(EXPECTED).toSorted());
});
