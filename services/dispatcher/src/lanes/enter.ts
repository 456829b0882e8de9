import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Priority } from '@parley/contracts/sending-choices';
import { prepared } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import type { BusyLane } from './find-lanes.ts';
import { urgencyOf } from './lane.ts';

/** A message that is to wait in the lane of its sender. */
export interface Entry {
  message: Pick<Message, 'id' | 'account_id' | 'type' | 'from' | 'created_at'>;
  priority: Priority;
  connection_id: ConnectionId;
  /** Whether an earlier call through this connection may have sent it. */
  bound: boolean;
}

// One that waits already keeps its place.
const insertRows = prepared(
  'lanes-enter',
  `insert into waiting (message_id, account_id, type, connection_id, sender, urgency, since, bound)
   select message_id, account_id, type, connection_id, sender, urgency, since, bound
   from jsonb_to_recordset($1) as r(message_id uuid, account_id text, type text, connection_id text, sender text,
     urgency smallint, since timestamptz, bound boolean)
   order by message_id
   on conflict (message_id) do nothing`,
);

// Who has one in hand finds out by itself that its message is over.
const deleteRows = prepared(
  'lanes-leave',
  `delete from waiting where message_id in (
     select message_id from waiting where message_id = any($1::uuid[]) for update skip locked)`,
);

/**
 * Lets messages wait in their lanes, in the order in which they were accepted, until a dispatcher takes them from
 * there. Only for messages that are queued when the transaction commits, and that nothing is to happen to before
 * their time is over: whoever finds them stale must look here.
 */
export async function enterLanes(trx: Trx, entries: readonly Entry[]): Promise<void> {
  if (entries.length > 0) await insertRows(trx, [JSON.stringify(entries.map(toRow))]);
}

/** Takes messages that are not to be sent any more out of the lanes in which they wait. Waits for nobody. */
export async function leaveLanes(trx: Trx, ids: readonly MessageId[]): Promise<void> {
  if (ids.length > 0) await deleteRows(trx, [ids]);
}

/** The lane that an entry is in. */
export function laneOf({ message, connection_id }: Entry): BusyLane {
  const { account_id, from: sender, created_at: since } = message;
  return { connection_id, sender, account_id, since };
}

function toRow({ message, priority, connection_id, bound }: Entry) {
  return {
    message_id: message.id,
    account_id: message.account_id,
    type: message.type,
    connection_id,
    sender: message.from,
    urgency: urgencyOf(priority),
    since: message.created_at,
    bound,
  };
}
