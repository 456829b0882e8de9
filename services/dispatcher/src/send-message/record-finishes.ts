import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import type { OutboxRow } from '@parley/platform/outbox';
import { applyWaitingReceipts } from '../apply-receipts/waiting.ts';
import type { ChangedMessage, Changes } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { enterLanes, type Entry } from '../lanes/enter.ts';
import { settlePauses } from '../lanes/settle-pauses.ts';
import { addNotes, type Note } from '../notes/add-notes.ts';
import { sendWork } from '../send-work.ts';
import type { Call } from './call-provider.ts';
import { OUTCOME_UNKNOWN, type Move } from './decide.ts';
import { correctAccepted, finishMessages, type FinishRow } from './finish-store.ts';
import { isOfLookup, notesOnFinish } from './notes-on-moves.ts';

/** The message of an attempt, as far as it is needed to tell of it. */
export type Attempted = Pick<
  Message,
  'id' | 'account_id' | 'type' | 'from' | 'timestamp' | 'created_at' | 'round'
> & {
  attempt_no: number;
  provider: NonNullable<Message['provider']>;
  priority: Priority;
  expires_at: string;
  trace_id?: string | null;
};

/** The end of an attempt: what was called, if it was, and where the message goes. */
export interface Finish {
  message: Attempted;
  call: Omit<Call, 'trust' | 'reached'> | null;
  move: Move;
  /** Why it goes back into its lane without a call, and when that was found. */
  putBack?: { reason: string; at: string };
}

/** What came of a batch of finishes; its rows are the work that is to be done again. */
export type Recorded = Required<Changes>;

/** What is being recorded, with what is to be noted of each message: nothing that the same transaction settles. */
interface Recording extends Recorded {
  notes: Map<MessageId, Note[]>;
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
  options: RecordOptions,
): Promise<Recorded> {
  const recorded: Recording = { risen: [], corrected: [], rows: [], notes: new Map() };
  // What several calls for one message came to is stored one after the other.
  for (let left = finishes; left.length > 0;) {
    const batch = new Map(left.map((finish) => [finish.message.id, finish]));
    await record(trx, batch, { ...options, into: recorded });
    left = left.filter((finish) => batch.get(finish.message.id) !== finish);
  }
  await addNotes(trx, [...recorded.notes.values()].flat());
  recorded.rows.push(...(await pauseAfter(trx, finishes)));
  return recorded;
}

/** Pauses lanes as the calls say, whatever became of their messages; returns the notices. */
function pauseAfter(trx: Trx, finishes: readonly Finish[]): Promise<OutboxRow[]> {
  const paused = finishes.flatMap(({ message, move: { pause } }) =>
    pause === null ? [] : [{ connection_id: message.provider, sender: message.from, pause }],
  );
  return settlePauses(trx, paused);
}

async function record(
  trx: Trx,
  finishes: ReadonlyMap<MessageId, Finish>,
  { queuedStaleMs, into }: RecordOptions & { into: Recording },
): Promise<void> {
  const rows = [...finishes.values()].map((finish) => toRow(finish, queuedStaleMs));
  const results = new Map((await finishMessages(trx, rows)).map((result) => [result.message_id, result]));
  const hasMoved = (id: MessageId) => (results.get(id)?.round ?? null) !== null;
  const moved = [...finishes.values()].filter(({ message: { id } }) => hasMoved(id));
  const late = rows.filter((row) => row.status === 'sent' && !hasMoved(row.message_id));
  const reported = rows.filter(({ message_id }) => results.get(message_id)?.reported === true);

  for (const finish of moved) into.notes.set(finish.message.id, notesOnFinish(finish));
  const risen = moved.filter(({ move }) => move.status !== 'queued');
  into.risen.push(
    ...risen.map((finish) => changeOf(finish, results.get(finish.message.id)?.sent_at ?? null)),
  );
  into.rows.push(...moved.flatMap(workAfter));
  await enterLanes(trx, moved.flatMap(entryAfter));
  into.corrected.push(...(await correctAccepted(trx, late)));
  const applied = await applyWaitingReceipts(trx, reported);
  for (const { id } of applied.risen) into.notes.set(id, (into.notes.get(id) ?? []).filter(isOfLookup));
  into.risen.push(...applied.risen);
  into.corrected.push(...applied.corrected);
}

function toRow({ message, call, move }: Finish, queuedStaleMs: number): FinishRow {
  const { status, status_reason, attempts_spent, provider_message_id, sent_at } = move;
  return {
    status,
    status_reason,
    attempts_spent,
    provider_message_id,
    sent_at,
    message_id: message.id,
    attempt_no: message.attempt_no,
    round: message.round,
    connection_id: message.provider,
    by: call?.by ?? null,
    outcome: call?.outcome.kind ?? null,
    detail: call === null ? null : detailOf(call),
    retry_after_ms: call === null ? null : retryAfterOf(call.outcome),
    started_at: call?.started_at ?? null,
    finished_at: call?.finished_at ?? null,
    stale_after: staleAfter(message, move, queuedStaleMs),
  };
}

/** When a message is looked at again if nothing happens: a held one at its deadline, a queued one when it is overdue. */
function staleAfter({ expires_at }: Attempted, move: Move, queuedStaleMs: number): string | null {
  if (move.status === 'sending') return expires_at;
  if (move.status !== 'queued') return null;
  if (move.wait.for === 'lane') return expires_at;
  const from = move.wait.until === null ? Date.now() : Date.parse(move.wait.until);
  return new Date(from + queuedStaleMs).toISOString();
}

function workAfter({ message, move }: Finish): OutboxRow[] {
  if (move.status !== 'queued' || move.wait.for === 'lane') return [];
  const { priority, provider } = message;
  const only = move.status_reason === OUTCOME_UNKNOWN ? provider : null;
  return [sendWork(message, { priority, at: move.wait.until, avoid: move.wait.avoid, only })];
}

function entryAfter({ message, move }: Finish): Entry[] {
  if (move.status !== 'queued' || move.wait.for === 'time') return [];
  const { priority, provider } = message;
  return [{ message, priority, connection_id: provider, bound: move.status_reason === OUTCOME_UNKNOWN }];
}

function detailOf({ outcome }: Pick<Call, 'outcome'>): string | null {
  if (outcome.kind === 'refused') return `${outcome.code}: ${outcome.detail}`;
  if (outcome.kind === 'accepted') return null;
  return outcome.kind === 'throttled' ? null : outcome.reason;
}

function retryAfterOf(outcome: Call['outcome']): number | null {
  return outcome.kind === 'throttled' || outcome.kind === 'unavailable' ? outcome.retry_after_ms : null;
}

function changeOf({ message, move }: Finish, sent_at: string | null): ChangedMessage {
  const { id, account_id, type, from, timestamp, round, provider, trace_id = null } = message;
  const { status, status_reason, provider_message_id } = move;
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
    read_at: null,
    trace_id,
  };
}
