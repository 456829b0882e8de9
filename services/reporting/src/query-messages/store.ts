import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Keyset } from '@parley/contracts/requests/paging';
import type { Listing } from '@parley/platform/db';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { MESSAGE_COLUMNS } from '../message-columns.ts';
import {
  allOf,
  conditions,
  inOrder,
  ofAccount,
  ofTime,
  ofUser,
  type Messages,
  type WantedMessages,
} from './conditions.ts';
import { nextIds, REACHES } from './next-store.ts';
import { fewThatMaySay } from './texts-store.ts';

/** An account's messages that meet a filter, by `timestamp`, ties by id. */
export function listMessages(
  db: Kysely<ReportingTables>,
  wanted: WantedMessages,
  reaches = REACHES,
): Listing<Message> {
  const { filter, order } = wanted;
  const read = (messages: Messages) => inOrder(messages, order).select(MESSAGE_COLUMNS);
  const withIds = async (ids: readonly MessageId[]) =>
    ids.length === 0 ? [] : read(db.selectFrom('message').where('id', 'in', ids)).execute();
  const matching = async () => {
    // Without the index every message would be looked at.
    const among = await fewThatMaySay(db, wanted, { ...reaches, octets: Infinity });
    return ofTime(ofAccount(db, wanted), filter).where(
      allOf([...conditions(wanted), ...ofUser(filter), ...(among === null ? [] : [among])]),
    );
  };
  return {
    after: async (key, limit) => {
      const { rows: ids, end } = await nextIds(db, wanted, { next: { key, limit }, reaches });
      return { rows: await withIds(ids), end };
    },
    // Ids alone are in the indexes: far down, the rows before them are not read.
    from: async (offset, limit) => {
      const ids = inOrder(await matching(), order)
        .select('id')
        .offset(offset)
        .limit(limit);
      return withIds((await ids.execute()).map(({ id }) => id));
    },
    count: async () => {
      const counted = (await matching()).select((query) => query.fn.countAll<number>().as('count'));
      const { count } = await counted.executeTakeFirstOrThrow();
      return count;
    },
    keyOf,
  };
}

/** A message's place in its list. */
export function keyOf({ timestamp, id }: Pick<Message, 'timestamp' | 'id'>): Keyset {
  return { at: timestamp, id };
}
