import { prepared, type Executor } from '@parley/platform/db';
import type { WebhookDoor } from './decide.ts';

const selectDoors = prepared<WebhookDoor & { id: string }>(
  'webhook-doors',
  'select id, provider, disabled_at from connection where id = any($1::text[])',
);

/** Where webhooks of these connections are let in, by connection id. */
export async function loadDoors(db: Executor, ids: readonly string[]): Promise<Map<string, WebhookDoor>> {
  const rows = await selectDoors(db, [ids]);
  return new Map(rows.map((row) => [row.id, row]));
}
