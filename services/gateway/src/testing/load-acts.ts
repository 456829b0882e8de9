import { createDatabase } from '@parley/platform/db';
import type { Act } from '../audit-acts/act.ts';
import type { Tables } from '../database.ts';

/** The whole audit log, oldest line first. */
export async function loadActs(url: string): Promise<Act[]> {
  const db = createDatabase<Tables>({ url, schema: 'gateway', maxConnections: 1 });
  try {
    const lines = db.selectFrom('audit_log').select(['account_id', 'by', 'action', 'subject', 'details']);
    return await lines.orderBy('at').orderBy('id').execute();
  } finally {
    await db.destroy();
  }
}
