import type { ConsentState } from '@parley/contracts/consent';
import type { AccountId } from '@parley/contracts/ids';
import type { MessageType } from '@parley/contracts/message-type';
import { available, prepared, type Executor } from '@parley/platform/db';

/** A recipient, and the type of message that is for them. */
export interface ConsentLookup {
  account_id: AccountId;
  type: MessageType;
  address: string;
}

/**
 * SQL for what a recipient's latest consent says, from the expressions of a message's account, type and recipient:
 * `opted_in`, `opted_out`, or null where nothing is known or the type needs none. It finds its line by index.
 */
export function latestConsent(message: Record<'account' | 'type' | 'to', string>): string {
  return `(select c.state from consent c
     where c.account_id = ${message.account} and c.address = ${message.to}
       and c.type_class = case ${message.type} when 'chat' then null when 'email' then 'email' else 'sms' end
     order by c.received_at desc, c.id desc limit 1)`;
}

/**
 * SQL for whether a message must not be sent because its recipient opted out, from the expressions of its id, account,
 * type and recipient. What answers a keyword is sent all the same: who says STOP is told that it was heard.
 */
export function isOptedOut(message: Record<'id' | 'account' | 'type' | 'to', string>): string {
  return `case ${latestConsent(message)} when 'opted_out'
     then not exists (select from handled_keyword k where k.answer_id = ${message.id}) else false end`;
}

const selectLatest = prepared<{ position: number; state: ConsentState }>(
  'consent-latest',
  `with found as materialized (
     select r.position, ${latestConsent({ account: 'r.account_id', type: 'r.type', to: 'r.address' })} as state
     from jsonb_to_recordset($1) as r(position int, account_id text, type text, address text)
   )
   select position, state from found where state is not null`,
);

/** What the latest consent of each recipient says, one statement for all, in their order. Throws `Unavailable`. */
export async function loadConsents(
  db: Executor,
  lookups: readonly ConsentLookup[],
): Promise<(ConsentState | null)[]> {
  if (lookups.length === 0) return [];
  const numbered = lookups.map((lookup, position) => ({ ...lookup, position }));
  const rows = await available(selectLatest(db, [JSON.stringify(numbered)]));
  const states = new Map(rows.map((row) => [row.position, row.state]));
  return lookups.map((_, position) => states.get(position) ?? null);
}
