import type { Kysely } from 'kysely';
import type { Bus } from '../bus/connect.ts';
import { publish } from '../bus/publish.ts';
import { prepared } from '../db/prepared.ts';
import type { Part } from '../runtime/part.ts';
import { repeat } from '../runtime/repeat.ts';
import { deleteRows } from './delete-rows.ts';

const MAX_ROWS = 1_000;
const INTERVAL_MS = 100;

interface DueRow {
  id: string;
  subject: string;
  payload: string;
}

const claimDue = prepared<DueRow>(
  'outbox-claim-due',
  `select id, subject, payload from outbox where available_at <= now()
   order by available_at limit $1 for update skip locked`,
);

/** The part that publishes what is due and what the fast path left, for as long as the service runs. */
export function outboxRelay<Tables>(db: Kysely<Tables>, bus: Bus): Part {
  return repeat({
    name: 'outbox',
    intervalMs: INTERVAL_MS,
    run: async () => bus.connected() && relayDueRows(db, bus),
    logger: bus.logger,
  });
}

/**
 * Publishes rows that are due: retries whose time has come, and whatever a crash left behind. Rows are locked
 * while they are published, so relays of several instances never take the same ones, and deleted only when the
 * bus has them. Returns whether there may be more; throws when the bus took none of them.
 */
export async function relayDueRows<Tables>(db: Kysely<Tables>, bus: Bus): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const rows = await claimDue(trx, [MAX_ROWS]);
    if (rows.length === 0) return false;
    const results = await Promise.allSettled(
      rows.map((row) => publish(bus, row.subject, row.payload, row.id)),
    );
    const published = rows.filter((_, index) => results[index]?.status === 'fulfilled').map((row) => row.id);
    await deleteRows(trx, [published.toSorted()]);
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined && published.length === 0) throw failed.reason;
    return rows.length === MAX_ROWS;
  });
}
