import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { OutboxRow } from '@parley/platform/outbox';
import { applyWaitingReceipts } from '../apply-receipts/waiting.ts';
import type { ChangedMessage } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { sendWork } from '../send-work.ts';
import type { Call } from './call-provider.ts';
import { OUTCOME_UNKNOWN, type Move } from './decide.ts';
import { finishMessages, type FinishRow } from './finish-store.ts';

/** The message of an attempt, as far as it is needed to tell of it. */
export type Attempted = Pick<Message, 'id' | 'account_id' | 'type' | 'from' | 'timestamp' | 'round'> & {
  attempt_no: number;
  provider: NonNullable<Message['provider']>;
};

/** The end of an attempt: what was called, if it was, and where the message goes. */
export interface Finish {
  message: Attempted;
  priority: Priority;
  call: Omit<Call, 'honours_idempotency_keys'> | null;
  move: Move;
}

/** What came of a batch of finishes. */
export interface Recorded {
  /** Messages that moved to a status that others hear of. */
  changes: ChangedMessage[];
  /** Work that is to be done later. */
  retries: OutboxRow[];
}

/** A retry counts as lost when its message is still queued this long after it was due, ms. */
export interface RecordOptions {
  queuedStaleMs: number;
}

/**
 * Stores attempts, moves their messages and applies receipts that came before their attempt was stored. Returns
 * what really moved: a message that is in other hands by now is left alone.
 */
export async function recordFinishes(
  trx: Trx,
  finishes: readonly Finish[],
  { queuedStaleMs }: RecordOptions,
): Promise<Recorded> {
  const results = await finishMessages(
    trx,
    finishes.map((finish) => toRow(finish, queuedStaleMs)),
  );
  const found = new Map(results.map((result) => [nameOf(result.message_id, result.attempt_no), result]));
  const changes: ChangedMessage[] = [];
  const retries: OutboxRow[] = [];
  for (const finish of finishes) {
    const round = found.get(nameOf(finish.message.id, finish.message.attempt_no))?.round ?? null;
    if (round === null) continue;
    if (finish.move.status === 'queued') retries.push(retryOf(finish));
    else changes.push(changeOf(finish, round));
  }
  const reported = finishes.flatMap(({ message, move: { provider_message_id } }) =>
    provider_message_id !== null && found.get(nameOf(message.id, message.attempt_no))?.reported === true
      ? [{ connection_id: message.provider, provider_message_id }]
      : [],
  );
  return { changes: [...changes, ...(await applyWaitingReceipts(trx, reported))], retries };
}

function toRow({ message, call, move }: Finish, queuedStaleMs: number): FinishRow {
  const { next, pause, retry_at, ...moved } = move;
  const again = retry_at ?? (next === null ? null : laterBy(pause?.ms ?? 0));
  return {
    ...moved,
    message_id: message.id,
    attempt_no: message.attempt_no,
    round: message.round,
    connection_id: message.provider,
    outcome: call?.outcome.kind ?? null,
    detail: call === null ? null : detailOf(call.outcome),
    started_at: call?.started_at ?? null,
    finished_at: call?.finished_at ?? null,
    stale_after: again === null ? null : new Date(Date.parse(again) + queuedStaleMs).toISOString(),
  };
}

/** The work of a message that is to be called for again. */
function retryOf({ message, priority, move }: Finish): OutboxRow {
  const { provider } = message;
  if (move.next === 'failover') return sendWork(message, { priority, at: null, avoid: provider });
  const only = move.status_reason === OUTCOME_UNKNOWN ? provider : null;
  return sendWork(message, { priority, at: move.retry_at ?? laterBy(move.pause?.ms ?? 0), only });
}

function laterBy(ms: number): string {
  return new Date(Date.now() + ms).toISOString();
}

function detailOf(outcome: Call['outcome']): string | null {
  if (outcome.kind === 'refused') return `${outcome.code}: ${outcome.detail}`;
  return outcome.kind === 'unavailable' || outcome.kind === 'unknown' ? outcome.reason : null;
}

function changeOf({ message, move }: Finish, round: number): ChangedMessage {
  const { id, account_id, type, from, timestamp, provider } = message;
  const { status, status_reason, provider_message_id, sent_at } = move;
  return {
    id,
    account_id,
    type,
    from,
    timestamp,
    round,
    status,
    status_reason,
    provider,
    provider_message_id,
    sent_at,
    delivered_at: null,
  };
}

function nameOf(id: string, attemptNo: number): string {
  return `${id} ${attemptNo}`;
}
