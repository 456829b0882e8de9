import type { Kysely } from 'kysely';
import type { Bus } from '../bus/connect.ts';
import { publish } from '../bus/publish.ts';
import { prepared } from '../db/prepared.ts';
import type { Part } from '../runtime/part.ts';
import { repeat } from '../runtime/repeat.ts';
import { deleteRows } from './delete-rows.ts';
import { lagGauge } from './lag.ts';

const MAX_ROWS = 1_000;
const MAX_BYTES = 8_000_000;
const INTERVAL_MS = 100;
/** For how long a row that the bus did not take lets others go first, ms. */
const PUT_OFF_MS = 1_000;

interface DueRow {
  id: string;
  subject: string;
  payload: string;
  /** How many rows were due, at most `MAX_ROWS`, whether or not they fit. */
  due: number;
}

const claimDue = prepared<DueRow>(
  'outbox-claim-due',
  `with due as materialized (
     select id, subject, payload, available_at from outbox where available_at <= now()
     order by available_at limit $1 for update skip locked
   ), measured as (
     select due.*, count(*) over () as due, row_number() over oldest_first as place,
       sum(octet_length(payload)) over oldest_first as bytes
     from due window oldest_first as (order by available_at, id rows unbounded preceding)
   )
   select id, subject, payload, due from measured where bytes <= $2::bigint or place = 1 order by place`,
);

const putOff = prepared(
  'outbox-put-off',
  `update outbox set available_at = now() + $2::int * interval '1 ms',
     due_since = coalesce(due_since, available_at)
   where id = any($1::uuid[])`,
);

/** The part that publishes what is due and what the fast path left, for as long as the service runs. */
export function outboxRelay<Tables>(db: Kysely<Tables>, bus: Bus): Part {
  const measureLag = lagGauge(db, bus.metrics);
  return repeat({
    name: 'outbox',
    intervalMs: INTERVAL_MS,
    run: async () => {
      await measureLag();
      return bus.connected() && relayDueRows(db, bus);
    },
    logger: bus.logger,
  });
}

/**
 * Publishes rows that are due, up to 1,000 and 8 MB of them: retries whose time has come, and whatever a crash left
 * behind. Rows are locked while they are published, so relays of several instances never take the same ones, and
 * deleted only when the bus has them. What it refuses is put off, so that a stream that is full does not keep back
 * what others would take. Returns whether there may be more to publish at once; throws when the bus took nothing of
 * all that was due.
 */
export async function relayDueRows<Tables>(db: Kysely<Tables>, bus: Bus): Promise<boolean> {
  const { tookAny, isMoreDue, refusal } = await db.transaction().execute(async (trx) => {
    const rows = await claimDue(trx, [MAX_ROWS, MAX_BYTES]);
    const { published, refused, refusal } = await publishAll(bus, rows);
    if (published.length > 0) await deleteRows(trx, [published.toSorted()]);
    if (refused.length > 0) await putOff(trx, [refused.toSorted(), PUT_OFF_MS]);
    const due = rows[0]?.due ?? 0;
    return { tookAny: published.length > 0, isMoreDue: due === MAX_ROWS || rows.length < due, refusal };
  });
  if (refusal !== undefined && !tookAny && !isMoreDue) throw refusal.reason;
  // Refused rows cost as much as others: no hurry to be refused the next ones.
  return tookAny && isMoreDue;
}

/** The ids of what the bus took and of what it did not, and why it did not take one of them. */
async function publishAll(bus: Bus, rows: readonly DueRow[]) {
  const results = await Promise.allSettled(rows.map((row) => publish(bus, row.subject, row.payload, row.id)));
  const idsOf = (status: 'fulfilled' | 'rejected') =>
    rows.filter((_, index) => results[index]?.status === status).map((row) => row.id);
  return {
    published: idsOf('fulfilled'),
    refused: idsOf('rejected'),
    refusal: results.find((result) => result.status === 'rejected'),
  };
}
