import type { Conversation } from '@parley/contracts/conversation';
import type { ConversationId } from '@parley/contracts/ids';
import { available } from '@parley/platform/db';
import type { Kysely, Selectable } from 'kysely';
import type { Tables } from '../database.ts';

export const SETTING_COLUMNS = [
  'conversation_id',
  'title',
  'status',
  'heard_until',
] as const satisfies readonly (keyof Tables['conversation_setting'])[];

/** What people say of a conversation. */
export type ConversationSetting = Pick<
  Selectable<Tables['conversation_setting']>,
  (typeof SETTING_COLUMNS)[number]
>;

type Ids = Pick<Conversation, 'id' | 'joined'>;

/**
 * What people say of these conversations, by their ids: the latest, where they said something of a conversation under
 * another id that it had before. Of most they say nothing. Throws `Unavailable`.
 */
export async function loadSettings(
  db: Kysely<Tables>,
  conversations: readonly Ids[],
): Promise<Map<ConversationId, ConversationSetting>> {
  const ids = conversations.flatMap(({ id, joined }) => [id, ...joined]);
  if (ids.length === 0) return new Map();
  const wanted = db
    .selectFrom('conversation_setting')
    .select(SETTING_COLUMNS)
    .where('conversation_id', 'in', ids)
    .orderBy('changed_at');
  const rows = await available(wanted.execute());
  const latest = new Map<ConversationId, ConversationSetting>();
  const owners = new Map(conversations.flatMap(({ id, joined }) => [id, ...joined].map((one) => [one, id])));
  for (const row of rows) latest.set(owners.get(row.conversation_id) ?? row.conversation_id, row);
  return latest;
}
