import { Problem } from '@parley/platform/http';
import type { Kysely } from 'kysely';
import type { Caller } from '../authenticate/decide.ts';
import type { Tables } from '../database.ts';
import { isFirstAccount } from './store.ts';

/** Throws `insufficient_scope` unless the caller belongs to the first account, which runs the installation. */
export async function requireFirstAccount(db: Kysely<Tables>, caller: Caller): Promise<void> {
  if (await isFirstAccount(db, caller.account_id)) return;
  throw new Problem('insufficient_scope', 'Only an admin key of the first account may do this.');
}
