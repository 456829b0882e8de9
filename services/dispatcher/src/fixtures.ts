import type { ReceiptReceived, ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { connectionId, newRowId, type MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { createLogger, createMetrics } from '@parley/platform/runtime';
import { sql } from 'kysely';
import { insertMessages } from './accept-messages/store.ts';
import type { Database } from './database.ts';
import type { Claimed } from './send-message/claim.ts';
import type { Move } from './send-message/decide.ts';
import type { Finish } from './send-message/record-finishes.ts';

/** What tests put into the database and read from it. */
export const SMS = connectionId.parse('sms');
export const STARTED_AT = '2026-01-15T10:00:00.000Z';
export const FINISHED_AT = '2026-01-15T10:00:01.000Z';
const DELIVERED_AT = '2026-01-15T10:00:05.000Z';

/** What the steps of sending are made with. Nothing is published, so that the outbox shows what was committed. */
export function contextOn(db: Database) {
  return {
    db,
    outbox: { publishNow: () => {} },
    count: () => {},
    leaseMs: 30_000,
    queuedStaleMs: 60_000,
    keepMs: 0,
    maxQueued: 1_000,
    metrics: createMetrics('dispatcher'),
    logger: createLogger('dispatcher', 'silent'),
  };
}

/** Stores messages as accept does, without facts and work. */
export async function queue(db: Database, messages: readonly Message[]): Promise<void> {
  await db.transaction().execute((trx) => insertMessages(trx, messages, 60_000));
}

/** One message with everything stored of it. */
export function messageRow(db: Database, id: MessageId) {
  return db.selectFrom('message').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}

/** The stored attempts of a message. */
export function attemptRows(db: Database, id: MessageId) {
  return db.selectFrom('attempt').selectAll().where('message_id', '=', id).orderBy('attempt_no').execute();
}

/** What is told of a message, in the order in which it was committed. */
export async function toldStatuses(db: Database, id: MessageId): Promise<string[]> {
  const { rows } = await sql<{ status: string }>`
    select fact->>'status' as status from outbox, json_array_elements(payload::json->'facts') as fact
    where subject = 'event.message.v1' and fact->>'message_id' = ${id} order by outbox.id`.execute(db);
  return rows.map((row) => row.status);
}

/** Subject and time of the work that waits for a message. */
export async function waitingWork(
  db: Database,
  id: MessageId,
): Promise<{ subject: string; available_at: string }[]> {
  const { rows } = await sql<{ subject: string; available_at: string }>`
    select subject, available_at from outbox where message_id = ${id} order by available_at`.execute(db);
  return rows;
}

/** The end of a claimed message's call that the provider accepted as `p-1`, or whatever `move` says. */
export function finishOf(message: Claimed, move: Partial<Move> = {}): Finish {
  const accepted: Move = {
    status: 'sent',
    status_reason: null,
    attempts_spent: message.attempts_spent,
    provider_message_id: 'p-1',
    sent_at: FINISHED_AT,
    retry_at: null,
  };
  return {
    message,
    priority: 'normal',
    call: {
      connection_id: message.provider,
      outcome: { kind: 'accepted', provider_message_id: 'p-1' },
      started_at: STARTED_AT,
      finished_at: FINISHED_AT,
    },
    move: { ...accepted, ...move },
  };
}

/** The end of a claimed message's call that nobody knows the outcome of. */
export function unknownFinishOf(message: Claimed, move: Partial<Move>): Finish {
  const finish = finishOf(message, {
    provider_message_id: null,
    sent_at: null,
    status_reason: 'outcome_unknown',
    ...move,
  });
  return {
    ...finish,
    call: finish.call && { ...finish.call, outcome: { kind: 'unknown', reason: 'timeout' } },
  };
}

/** A receipt on `p-1`. */
export function aReceipt(status: ReceiptStatus, overrides: Partial<ReceiptReceived> = {}): ReceiptReceived {
  return {
    kind: 'receipt.received',
    receipt_id: newRowId(),
    connection_id: SMS,
    provider_message_id: 'p-1',
    status,
    error_code: status === 'undelivered' ? '30003' : null,
    occurred_at: DELIVERED_AT,
    received_at: DELIVERED_AT,
    ...overrides,
  };
}
