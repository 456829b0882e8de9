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

/** What people say of these conversations; of most they say nothing. Throws `Unavailable`. */
export async function loadSettings(
  db: Kysely<Tables>,
  ids: readonly ConversationId[],
): Promise<Map<ConversationId, ConversationSetting>> {
  if (ids.length === 0) return new Map();
  const wanted = db.selectFrom('conversation_setting').select(SETTING_COLUMNS);
  const rows = await available(wanted.where('conversation_id', 'in', ids).execute());
  return new Map(rows.map((row) => [row.conversation_id, row]));
}
