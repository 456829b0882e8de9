import { sealConnection, type Keyring } from '@parley/platform/secrets';
import { sql, type Kysely, type Transaction } from 'kysely';
import { commitChange } from '../change-directory/commit.ts';
import { insertUser } from '../create-user/store.ts';
import type { Tables } from '../database.ts';
import {
  DEMO_ACCOUNT,
  demoConnections,
  demoKeys,
  demoSenders,
  demoUsers,
  type DemoSecrets,
} from './decide.ts';

/**
 * Makes the demo account, or brings its keys and connections up to date. Senders and users are its own affair once
 * it exists, and a key that was revoked stays so until another one takes its place.
 */
export async function seedDemo(db: Kysely<Tables>, keyring: Keyring, secrets: DemoSecrets): Promise<void> {
  await commitChange(db, DEMO_ACCOUNT, async (trx) => {
    if (await insertAccount(trx)) {
      await trx.insertInto('sender').values(demoSenders()).execute();
      for (const user of demoUsers()) await insertUser(trx, user);
    }
    await upsertKeys(trx, secrets);
    await upsertConnections(trx, keyring, secrets);
    return true;
  });
}

async function insertAccount(trx: Transaction<Tables>): Promise<boolean> {
  const inserted = await trx
    .insertInto('account')
    .values({ id: DEMO_ACCOUNT, name: 'Demo' })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

async function upsertKeys(trx: Transaction<Tables>, secrets: DemoSecrets): Promise<void> {
  await trx
    .insertInto('api_key')
    .values(demoKeys(secrets))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({
        key_hash: sql`excluded.key_hash`,
        revoked_at: sql`case when api_key.key_hash = excluded.key_hash then api_key.revoked_at end`,
      }),
    )
    .execute();
}

async function upsertConnections(
  trx: Transaction<Tables>,
  keyring: Keyring,
  secrets: DemoSecrets,
): Promise<void> {
  const rows = demoConnections(secrets).map((row) => ({ ...row, ...sealConnection(keyring, row.id, row) }));
  await trx
    .insertInto('connection')
    .values(rows)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet({ url: sql`excluded.url`, secrets: sql`excluded.secrets` }),
    )
    .execute();
}
