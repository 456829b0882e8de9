import type { MessageId } from '@parley/contracts/ids';
import { prepared } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import { isOptedOut } from '../latest-consent.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import type { Locked } from './decide.ts';
import type { CallCounts, Resolved, Standing } from './standing.ts';

type LockedRow = Standing['message'] & Pick<Standing, 'priority' | 'round_from' | 'resends' | 'changed_at'>;

interface HistoryRow {
  message_id: MessageId;
  unknown_at: string | null;
  resolved: Resolved | null;
  opted_out: boolean;
  calls: CallCounts;
  requests: string[] | null;
}

const NO_CALLS: CallCounts = { made: 0, taken: false, unknown: false };

const selectForUpdate = prepared<LockedRow>(
  'change-lock',
  `select ${MESSAGE_COLUMNS}, priority, round_from, resends, changed_at from message where id = any($1::uuid[]) order by id for update`,
);

// A statement of its own: only what begins when the locks are held sees what was committed while it waited for them.
const selectHistory = prepared<HistoryRow>(
  'change-history',
  `select m.id as message_id,
     (select min(a.started_at) from attempt a
       where a.message_id = m.id and a.round = m.round and a.outcome = 'unknown') as unknown_at,
     (select jsonb_build_object('made', count(*) filter (where a.by = 'call'),
         'taken', coalesce(bool_or(a.outcome = 'accepted'), false),
         'unknown', coalesce(bool_or(a.outcome = 'unknown'), false))
       from attempt a where a.message_id = m.id) as calls,
     (select json_agg(n.details->>'request_id') from note n
       where n.message_id = m.id and n.details ? 'request_id') as requests,
     (select n.details from note n where n.message_id = m.id and n.event = 'resolved'
       order by n.at desc, n.id desc limit 1) as resolved,
     ${isOptedOut({ id: 'm.id', account: 'm.account_id', type: 'm.type', to: 'm."to"' })} as opted_out
   from message m where m.id = any($1::uuid[])`,
);

const updateMoved = prepared(
  'change-move',
  `update message m set status = r.status, status_reason = r.status_reason, round = r.round, provider = r.provider,
     provider_message_id = r.provider_message_id, sent_at = r.sent_at, read_at = r.read_at, expires_at = r.expires_at,
     round_from = r.round_from, resends = r.resends,
     attempts_spent = case when r.round > m.round then 0 else m.attempts_spent end,
     stale_after = case when r.status in ('queued', 'scheduled')
       then greatest(r.round_from, now()) + $2::int * interval '1 ms' end,
     changed_at = clock_timestamp()
   from jsonb_to_recordset($1) as r(id uuid, status text, status_reason text, round int, provider text,
     provider_message_id text, sent_at timestamptz,
     read_at timestamptz, expires_at timestamptz, round_from timestamptz, resends int)
   where m.id = r.id`,
);

/** Locks the messages with these ids, of whatever account, as far as there are any. */
export async function lockMessages(trx: Trx, ids: readonly MessageId[]): Promise<Map<MessageId, Locked>> {
  const wanted = [...new Set(ids)].toSorted();
  const rows = await selectForUpdate(trx, [wanted]);
  const history = new Map((await selectHistory(trx, [wanted])).map((row) => [row.message_id, row]));
  return new Map(
    rows.map(({ priority, round_from, resends, changed_at, ...message }) => {
      const {
        unknown_at = null,
        calls = NO_CALLS,
        resolved = null,
        opted_out = false,
        requests = null,
      } = history.get(message.id) ?? {};
      const standing = {
        message,
        priority,
        round_from,
        resends,
        changed_at,
        unknown_at,
        calls,
        resolved,
        opted_out,
      };
      return [message.id, { ...standing, requests: new Set(requests) }];
    }),
  );
}

/** Stores where locked messages went; those that wait to be sent count as lost `staleMs` after they were due. */
export async function moveMessages(trx: Trx, moved: readonly Standing[], staleMs: number): Promise<void> {
  const rows = moved.map(toRow);
  if (rows.length > 0) await updateMoved(trx, [JSON.stringify(rows), staleMs]);
}

function toRow({ message, round_from, resends }: Standing) {
  const { id, status, status_reason, round, provider, provider_message_id, sent_at, read_at, expires_at } =
    message;
  const known = { provider, provider_message_id, sent_at, read_at, expires_at };
  return { id, status, status_reason, round, ...known, round_from, resends };
}
