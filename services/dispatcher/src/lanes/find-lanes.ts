import type { AccountId } from '@parley/contracts/ids';
import { available, prepared, type Executor } from '@parley/platform/db';
import type { Lane } from './lane.ts';

/** A lane in which messages wait. */
export interface BusyLane extends Lane {
  account_id: AccountId;
  /** When the message that is next was accepted. */
  since: string;
}

/** A place in the order of lanes; empty names come before all. */
export type LaneMark = Record<keyof Lane, string>;

const findRows = prepared<BusyLane>(
  'lanes-find',
  `with recursive lanes as (
     (select connection_id, sender, account_id, since, 1 as number from waiting
      where (connection_id, sender) > ($1, $2) order by connection_id, sender, urgency, since limit 1)
     union all
     (select n.*, l.number + 1 from lanes l cross join lateral (
        select connection_id, sender, account_id, since from waiting w
        where (w.connection_id, w.sender) > (l.connection_id, l.sender)
        order by w.connection_id, w.sender, w.urgency, w.since limit 1) n
      where l.number < $3::int)
   )
   select connection_id, sender, account_id, since from lanes`,
);

/** Up to `limit` lanes in which messages wait, in the order of their names, after a lane. Throws `Unavailable`. */
export function findLanes(db: Executor, after: LaneMark, limit: number): Promise<BusyLane[]> {
  return available(findRows(db, [after.connection_id, after.sender, limit]));
}
