import type { DeadLetterKind } from '@parley/contracts/dead-letter';
import type { ReceiptReceived } from '@parley/contracts/facts/receipt-facts';
import type { AccountId } from '@parley/contracts/ids';
import { prepared, type Executor } from '@parley/platform/db';
import type { Trx } from '../database.ts';

/** A dead letter that was given another try. */
export interface TakenUp {
  id: string;
  kind: DeadLetterKind;
}

/** From when on an account may send again, and its last request for it with its answer. */
export interface Pace {
  /** An instant, now at the earliest. */
  next_at: string;
  request_id: string | null;
  answer: TakenUp[] | null;
}

const lockRow = prepared<Pace>(
  'redrive-lock',
  `insert into redrive (account_id, next_at) values ($1, clock_timestamp())
   on conflict (account_id) do update set next_at = greatest(redrive.next_at, clock_timestamp())
   returning next_at, request_id, answer`,
);

const updateRow = prepared(
  'redrive-keep',
  'update redrive set next_at = $2::timestamptz, request_id = $3::uuid, answer = $4 where account_id = $1',
);

// Their payloads go from table to table: together they may be large.
const publishAgain = prepared(
  'redrive-publish',
  `with r as (select * from jsonb_to_recordset($1) as r(id uuid, at timestamptz)),
   gone as (delete from dead_letter where id in (select id from r) returning id, subject, payload)
   insert into outbox (id, subject, payload, available_at)
   select gen_random_uuid(), gone.subject, gone.payload, r.at from gone join r on r.id = gone.id`,
);

const selectReceipts = prepared<ReceiptReceived>(
  'redrive-receipts',
  `select 'receipt.received' as kind, receipt_id, connection_id, provider_message_id, status, error_code, occurred_at,
     received_at, client_reference
   from unmatched_receipt where receipt_id = any($1::uuid[])`,
);

/** Makes requests to send an account's dead letters again wait for each other, and reads how the last one left off. */
export async function lockPace(trx: Trx, account: AccountId): Promise<Pace> {
  const [pace] = await lockRow(trx, [account]);
  if (pace === undefined) throw new Error('a row was neither inserted nor updated');
  return pace;
}

/** Keeps how a request left off. */
export async function keepPace(trx: Trx, account: AccountId, pace: Pace): Promise<void> {
  await updateRow(trx, [account, pace.next_at, pace.request_id, JSON.stringify(pace.answer)]);
}

/** Takes bus messages out of the dead letters, to be published again at these instants. */
export async function publishLetters(
  trx: Trx,
  letters: readonly { id: string; at: string }[],
): Promise<void> {
  if (letters.length > 0) await publishAgain(trx, [JSON.stringify(letters)]);
}

/** Those of these receipts that still wait for their message. */
export async function loadUnmatched(db: Executor, ids: readonly string[]): Promise<ReceiptReceived[]> {
  return ids.length === 0 ? [] : selectReceipts(db, [ids]);
}
