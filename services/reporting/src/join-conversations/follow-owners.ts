import type { AddressOwner, Directory } from '@parley/platform/directory';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { learnOwners, newestChange, noteConversations } from './owners-store.ts';

const PAGE_ROWS = 1_000;
/** A change may be committed so much later than it was made, and clocks may differ by as much. */
const SLACK_MS = 60_000;
const BEFORE_ANY_ID = '00000000-0000-0000-0000-000000000000';

/**
 * Makes the function that takes over what the directory has learnt of addresses since it last did, and notes which
 * conversations that may concern; at first since the
 * newest change that is stored here, or from the beginning. It throws `Unavailable`, and has then missed nothing.
 */
export function followOwners(
  db: Kysely<ReportingTables>,
  directory: Pick<Directory, 'addressOwners'>,
): () => Promise<void> {
  let until: number | null = null;
  return async () => {
    const begun = Date.now();
    const newest = await newestChange(db);
    // Without a stored change the projections are new, or were emptied to be made again.
    const from = newest === null ? 0 : (until ?? Date.parse(newest)) - SLACK_MS;
    await follow(db, directory, new Date(Math.max(from, 0)).toISOString());
    await noteConversations(db);
    until = begun;
  };
}

async function follow(
  db: Kysely<ReportingTables>,
  directory: Pick<Directory, 'addressOwners'>,
  since: string,
): Promise<void> {
  let after: Pick<AddressOwner, 'changed_at' | 'id'> | undefined = { changed_at: since, id: BEFORE_ANY_ID };
  while (after !== undefined) {
    const page: AddressOwner[] = await directory.addressOwners(after, PAGE_ROWS);
    await learnOwners(db, page);
    after = page.length < PAGE_ROWS ? undefined : page.at(-1);
  }
}
