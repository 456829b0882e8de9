import { accountId, type AccountId } from '@parley/contracts/ids';
import type { Page, PageResult } from '@parley/contracts/requests/paging';
import { instant } from '@parley/contracts/text';
import { sql, type Kysely } from 'kysely';
import { z } from 'zod';
import { ACTIONS } from '../audit-acts/act.ts';
import type { Tables } from '../database.ts';
import { fetchPage, type Order } from '../page-lists/fetch-page.ts';

/** A line of the audit log as clients see it. */
export const shownAct = z
  .object({
    id: z.string(),
    account_id: accountId.describe('Whose things were changed.'),
    at: instant,
    by: z.string().describe('The API key.'),
    action: z.enum(ACTIONS),
    subject: z.string().describe('What it was done to.'),
    details: z.record(z.string(), z.unknown()).describe('What is secret is left out.'),
  })
  .meta({ id: 'Act' });
export type ShownAct = z.infer<typeof shownAct>;

/** What a list may be narrowed to. */
export type ActFilter = Partial<Pick<ShownAct, 'by' | 'action' | 'subject'>>;

const NEWEST_FIRST: Order<ShownAct & { created_at: string }> = {
  columns: [sql`at desc`, sql`id desc`],
  after: ({ at, id }) => sql`(at, id) < (${at}, ${id})`,
  keyOf: ({ at, id }) => ({ at, id }),
};

/** One page of what was done to an account, newest first. Throws `Unavailable`. */
export function selectActs(
  db: Kysely<Tables>,
  { account_id, ...filter }: ActFilter & { account_id: AccountId },
  page: Page,
): Promise<PageResult<ShownAct>> {
  let acts = db
    .selectFrom('audit_log')
    .select(['id', 'account_id', 'at', 'by', 'action', 'subject', 'details', 'at as created_at'])
    .where('account_id', '=', account_id);
  if (filter.by !== undefined) acts = acts.where('by', '=', filter.by);
  if (filter.action !== undefined) acts = acts.where('action', '=', filter.action);
  if (filter.subject !== undefined) acts = acts.where('subject', '=', filter.subject);
  return fetchPage(acts, page, NEWEST_FIRST);
}
