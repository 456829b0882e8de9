import { conversationId, userId } from '@parley/contracts/ids';
import type { Listing } from '@parley/platform/db';
import { planOf as explained } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';

export const LONG_CONVERSATION = conversationId.parse('8f14e45f-ceea-567a-8575-6f3a3b0c1d2e');

export const BUSY_USER = userId.parse('018f14e4-5fce-7a57-8575-6f3a3b0c1d2e');
export const RARE_USER = userId.parse('018f14e4-5fce-7a57-8575-6f3a3b0c1d2f');

/** As many messages as make every other plan too dear: of 20 accounts, to 4,000 addresses. */
const FILL = `
  insert into message (id, account_id, conversation_id, direction, type, "from", "to", body, attachments, "timestamp",
    from_user_id, to_user_id, created_at, status, status_reason, round, progress)
  select gen_random_uuid(), 'account-' || n % 20, case when n % 20 = 7 and n % 3 = 0 then '${LONG_CONVERSATION}' else md5((n % 2000)::text)::uuid end, 'outbound', 'sms',
    case when n % 2 = 0 then 'MyCorp' else '+1' || n % 4001 end, '+2' || n % 4003, repeat('text ', 20), '[]',
    timestamptz '2026-01-15 12:00Z' - n * interval '1 s',
    case when n % 20 = 7 and n % 3 = 1 then '${BUSY_USER}'::uuid end, case when n % 1000 = 7 then '${RARE_USER}'::uuid end, now(), case when n % 10 = 0 then 'failed' else 'delivered' end,
    case when n % 1000 = 7 then 'outcome_unknown' when n % 10 = 0 then 'http_400' end, 1, 1605
  from generate_series(1, 40000) as n`;
/** An account with two senders, each with more messages than are read to find conversations, 8 in each. */
const FILL_BUSY = [
  `insert into message (id, account_id, conversation_id, direction, type, "from", "to", attachments, "timestamp",
    created_at, status, round, progress)
  select gen_random_uuid(), 'busy', md5('busy' || n % 1500)::uuid, 'outbound', 'sms',
    case when n % 2 = 0 then 'MyCorp' else 'OurCorp' end, '+3' || n % 1500, '[]', timestamptz '2026-01-15 12:00Z' - n * interval '1 s', now(), 'delivered', 1, 1605
  from generate_series(1, 12000) as n`,
  `insert into conversation (id, account_id, participants, types, message_count, unread_count, last_message_id,
    last_message_at, created_at)
  select md5('busy' || n)::uuid, 'busy',
    array[row('MyCorp', null)::participant, row('+3' || n, null)::participant], '{sms}', 4, 0, gen_random_uuid(),
    timestamptz '2026-01-15 12:00Z' - n * interval '1 s', now()
  from generate_series(0, 1499) as n`,
];
const FILL_GRAMS = `
  insert into searchable select id, array[hashtext(id::text), hashtext("from"), hashtext("to")], 100 from message`;
const FILL_CONVERSATIONS = `
  insert into conversation (id, account_id, participants, types, message_count, unread_count, last_message_id,
    last_message_at, created_at)
  select md5(n::text)::uuid, case when n % 2 = 0 then 'account-7' else 'account-' || n % 20 end,
    array[row('MyCorp', null)::participant, row('+1' || n % 5000, null)::participant], '{sms}', 1, 0, gen_random_uuid(), timestamptz '2026-01-15 12:00Z' - n * interval '1 s', now()
  from generate_series(1, 20000) as n`;

/** Fills and analyses a database with more than any plan but the right one would be chosen for. */
export async function fillForPlans(db: Kysely<ReportingTables>): Promise<void> {
  for (const statement of [FILL, FILL_GRAMS, FILL_CONVERSATIONS, ...FILL_BUSY, 'analyze'])
    await sql.raw(statement).execute(db);
}

/** What is asked of a list, of which statements are made. */
export interface Asked<Row> {
  list: (db: Kysely<ReportingTables>) => Listing<Row>;
  ask: (listing: Listing<Row>) => Promise<unknown>;
  /** Which of the statements is explained; default: the last. */
  which?: number | undefined;
}

/**
 * How PostgreSQL would run what is asked of the list: kinds of steps, the indexes they use, and the steps of which
 * no more is read than a limit inside the query says. Of several statements it tells of the last, or of that one.
 */
export async function planOf<Row>(
  db: Kysely<ReportingTables>,
  { list, ask, which = -1 }: Asked<Row>,
): Promise<{ steps: string[]; indexes: string[]; limited: string[] }> {
  const lines = (await explained(db, (on) => ask(list(on)), { which })).split('\n');
  return {
    steps: lines.flatMap(
      (line) => /(Seq Scan|Sort|Index Only Scan|Index Scan|Bitmap \w+ Scan)/.exec(line)?.[1] ?? [],
    ),
    indexes: lines.flatMap(
      (line) => /(?:using|on) ((?:message|conversation|searchable)_(?!\d)\w+)/.exec(line)?.[1] ?? [],
    ),
    limited: lines.flatMap((line, index) => {
      const next = lines[index + 1]?.replace(/^ *-> */, '') ?? '';
      return / -> {2}Limit /.test(line) && / on message/.test(next) ? next : [];
    }),
  };
}
