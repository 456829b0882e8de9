import type { MessageId } from '@parley/contracts/ids';
import type { SendMessageWork } from '@parley/contracts/work/send-message';
import { prepared } from '@parley/platform/db';
import { createBatcher, type Metrics } from '@parley/platform/runtime';
import { CHANGED_COLUMNS, type ChangedMessage, type Changes } from '../changed-message.ts';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import type { Trx } from '../database.ts';
import { addNotes, type Note } from '../notes/add-notes.ts';
import { noteOnEnd } from '../notes/note-on-end.ts';
import { sendWork } from '../send-work.ts';

const MAX_ITEMS = 500;
const WAIT_MS = 50;
/** How soon a connection is looked for again, ms. */
const LOOK_AGAIN_MS = 5_000;

// The status is asked for in a case so that rows are found by id, as in a claim.
const postpone = prepared<ChangedMessage & { is_news: boolean }>(
  'send-postpone',
  `update message m set
     status = case when m.expires_at > now() then 'queued' when m.status_reason = 'outcome_unknown' then 'failed'
       else 'expired' end,
     status_reason = case when m.status_reason = 'outcome_unknown' then m.status_reason else 'no_connection' end,
     stale_after = case when m.expires_at > now() then now() + $2::int * interval '1 ms' end,
     changed_at = clock_timestamp()
   from unnest($1::uuid[]) as r(id)
   where m.id = r.id and case m.status when 'queued' then true when 'scheduled' then m.send_at <= now() end
   returning ${CHANGED_COLUMNS}, old.status_reason is distinct from m.status_reason as is_news`,
);

export interface WaitOptions extends CommitOptions {
  /** A message still queued this long after it was to be looked at again counts as lost, ms. */
  queuedStaleMs: number;
  /** Most messages that may be put off at once. */
  maxQueued: number;
  metrics: Metrics;
}

/** Puts a message off that no connection can send; resolves after the commit. Rejects with `Unavailable`. */
export type WaitForConnection = (work: SendMessageWork) => Promise<null>;

/**
 * Makes the function that keeps messages without a connection queued, to be looked at again every few seconds until
 * their time is over: then they expire, or fail where an earlier call may have sent them.
 */
export function createWaitingRoom(options: WaitOptions): WaitForConnection {
  const batcher = createBatcher<SendMessageWork, null>({
    name: 'wait-for-connection',
    maxItems: MAX_ITEMS,
    waitMs: WAIT_MS,
    maxQueued: options.maxQueued,
    metrics: options.metrics,
    flush: async (works) => {
      await commitChanges(options, (trx) => putOff(trx, works, options));
      return works.map(() => null);
    },
  });
  return (work) => batcher.add(work);
}

async function putOff(
  trx: Trx,
  works: readonly SendMessageWork[],
  { queuedStaleMs }: WaitOptions,
): Promise<Changes> {
  const byId = new Map<MessageId, SendMessageWork>(works.map((work) => [work.message_id, work]));
  const moved = await postpone(trx, [[...byId.keys()].toSorted(), LOOK_AGAIN_MS + queuedStaleMs]);
  const waiting = moved.filter(({ status }) => status === 'queued');
  const changes = moved.filter(({ status }) => status !== 'queued');
  const at = new Date(Date.now() + LOOK_AGAIN_MS).toISOString();
  const again = waiting.map((message) =>
    sendWork(message, { ...(byId.get(message.id) ?? { priority: 'normal' }), at }),
  );
  // Told and noted once, not each time that it is looked for again.
  const news = waiting.filter(({ is_news }) => is_news);
  await addNotes(trx, [...news.map(noteOnWait), ...changes.flatMap(noteOnEnd)]);
  return { risen: changes, corrected: news, rows: again };
}

function noteOnWait({ id }: ChangedMessage): Note {
  return {
    message_id: id,
    event: 'waiting',
    provider: null,
    summary: 'No connection of the account can send it: waits until one can, as long as it is valid.',
    details: { reason: 'no_connection' },
  };
}
