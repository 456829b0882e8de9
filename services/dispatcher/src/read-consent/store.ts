import type { ConsentEntry } from '@parley/contracts/consent';
import type { ReadConsentItem } from '@parley/contracts/requests/consent';
import { available, prepared, type Executor } from '@parley/platform/db';
import { CONSENT_COLUMNS } from '../consent-columns.ts';

// Class by class, so that each of them is read in the order of its index.
const selectLines = prepared<ConsentEntry & { position: number }>(
  'consent-read',
  `select r.position, line.*
   from jsonb_to_recordset($1) as r(position int, account_id text, address text, "limit" int)
   cross join lateral (
     select newest.* from unnest(array['sms', 'email']) as class
     cross join lateral (
       select ${CONSENT_COLUMNS} from consent c
       where c.account_id = r.account_id and c.type_class = class and c.address = r.address
       order by c.received_at desc, c.id desc limit r."limit"
     ) as newest
     order by newest.received_at desc, newest.id desc limit r."limit"
   ) as line
   order by r.position, line.received_at desc, line.id desc`,
);

/** The lines of each address, newest first, one statement for all, in the order asked. Throws `Unavailable`. */
export async function loadLedgers(
  db: Executor,
  items: readonly ReadConsentItem[],
): Promise<ConsentEntry[][]> {
  const numbered = items.map((item, position) => ({ ...item, position }));
  const ledgers = items.map((): ConsentEntry[] => []);
  for (const { position, ...line } of await available(selectLines(db, [JSON.stringify(numbered)])))
    ledgers[position]?.push(line);
  return ledgers;
}
