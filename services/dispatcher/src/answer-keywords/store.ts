import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import type { AccountId, MessageId } from '@parley/contracts/ids';
import { prepared } from '@parley/platform/db';
import type { Trx } from '../database.ts';
import { personOf, type Decision, type KeywordFacts, type Standing } from './decide.ts';

/** A keyword that was decided on. */
export interface HandledKeyword {
  message_id: MessageId;
  account_id: AccountId;
  address: string;
  effect: Decision['effect'];
  answer_id: MessageId | null;
}

// Sorted by what is locked, so that no two can wait for each other.
const lockPersons = prepared(
  'keywords-lock',
  `select pg_advisory_xact_lock(lock) from (
     select distinct hashtextextended('keyword ' || person, 0) as lock from unnest($1::text[]) as person order by lock
   ) as locks`,
);

interface StandingRow {
  account_id: AccountId;
  from: string;
  latest: Standing['latest'];
  consent: number;
  help: number;
}

// A statement of its own: only what begins when the locks are held sees what was committed while it waited for them.
const selectStandings = prepared<StandingRow>(
  'keywords-standing',
  `select r.account_id, r."from", to_jsonb(latest) as latest, answered.consent, answered.help
   from (select distinct account_id, "from" from jsonb_to_recordset($1) as r(account_id text, "from" text)) as r
   left join lateral (
     select c.id, c.state, to_char(c.received_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as received_at
     from consent c
     where c.account_id = r.account_id and c.type_class = 'sms' and c.address = r."from"
     order by c.received_at desc, c.id desc limit 1
   ) as latest on true
   cross join lateral (
     select (count(*) filter (where k.effect <> 'help'))::int as consent,
       (count(*) filter (where k.effect = 'help'))::int as help
     from handled_keyword k
     where k.account_id = r.account_id and k.address = r."from" and k.handled_at > now() - interval '1 hour'
       and k.answer_id is not null
   ) as answered`,
);

const selectHandled = prepared<{ message_id: MessageId }>(
  'keywords-handled',
  'select message_id from handled_keyword where message_id = any($1::uuid[])',
);

const insertHandled = prepared(
  'keywords-keep',
  `insert into handled_keyword (message_id, account_id, address, effect, answer_id)
   select message_id, account_id, address, effect, answer_id
   from jsonb_to_recordset($1) as r(message_id uuid, account_id text, address text, effect text, answer_id uuid)
   order by message_id`,
);

/** Waits until nobody else acts on keywords of the same people, and what is known of those then. */
export async function lockStandings(
  trx: Trx,
  keywords: readonly KeywordReceived[],
): Promise<Pick<KeywordFacts, 'standings' | 'handled'>> {
  await lockPersons(trx, [keywords.map(personOf)]);
  const rows = await selectStandings(trx, [
    JSON.stringify(keywords.map(({ account_id, from }) => ({ account_id, from }))),
  ]);
  const handled = await selectHandled(trx, [keywords.map(({ message_id }) => message_id)]);
  return {
    standings: new Map(
      rows.map(({ latest, consent, help, ...person }) => [
        personOf(person),
        { latest, answered: { consent, help } },
      ]),
    ),
    handled: new Set(handled.map(({ message_id }) => message_id)),
  };
}

/** Keeps what was decided on keywords, so that each is decided on once. */
export async function keepHandled(trx: Trx, handled: readonly HandledKeyword[]): Promise<void> {
  if (handled.length > 0) await insertHandled(trx, [JSON.stringify(handled)]);
}
