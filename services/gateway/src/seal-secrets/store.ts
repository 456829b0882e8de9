import type { ConnectionId } from '@parley/contracts/ids';
import type { ConnectionSecrets } from '@parley/platform/secrets';
import { sql, type Kysely } from 'kysely';
import type { Tables } from '../database.ts';

/** What is stored of a connection's secrets. */
export interface StoredSecrets extends ConnectionSecrets {
  id: ConnectionId;
}

const COLUMNS = ['id', 'token', 'secrets'] as const;

/** The next connections by id, `limit` at most. */
export function selectSecrets(
  db: Kysely<Tables>,
  after: ConnectionId | null,
  limit: number,
): Promise<StoredSecrets[]> {
  const all = db.selectFrom('connection').select(COLUMNS).orderBy('id').limit(limit);
  return (after === null ? all : all.where('id', '>', after)).execute();
}

/** Puts sealed secrets into the place of those that were read, unless somebody has changed them meanwhile. */
export async function replaceSecrets(
  db: Kysely<Tables>,
  before: StoredSecrets,
  { token, secrets }: ConnectionSecrets,
): Promise<void> {
  await db
    .updateTable('connection')
    .set({ token, secrets })
    .where('id', '=', before.id)
    .where('token', 'is not distinct from', before.token)
    .where(sql<boolean>`secrets = ${before.secrets}::text[]`)
    .execute();
}
