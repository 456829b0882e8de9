import { prepared, type Executor } from '@parley/platform/db';
import type { Caller } from './decide.ts';

const selectKeys = prepared<Caller & { hash: string }>(
  'api-keys-by-hash',
  `select p.hash, k.id as key_id, k.account_id, a.version as directory_version, k.scopes, k.expires_at,
     a.rate_limit
   from unnest($1::text[]) as p(hash)
   join api_key k on k.key_hash = decode(p.hash, 'hex')
   join account a on a.id = k.account_id
   where k.revoked_at is null`,
);

/** The live keys with these hashes (SHA-256, hex), by hash. */
export async function loadKeys(db: Executor, hashes: readonly string[]): Promise<Map<string, Caller>> {
  const rows = await selectKeys(db, [hashes]);
  return new Map(rows.map(({ hash, ...caller }) => [hash, caller]));
}
