import type { ConsentEntry } from '@parley/contracts/consent';
import type { RecordConsentItem } from '@parley/contracts/requests/consent';
import { available, prepared, type Executor } from '@parley/platform/db';
import { CONSENT_COLUMNS } from '../consent-columns.ts';

const insertLines = prepared<ConsentEntry>(
  'consent-record',
  `insert into consent (${CONSENT_COLUMNS})
   select id, account_id, type_class, address, state, source, evidence, coalesce(received_at, clock_timestamp())
   from jsonb_to_recordset($1) as r(id uuid, account_id text, type_class text, address text, state text, source text,
     evidence text, received_at timestamptz)
   order by id
   on conflict (id) do nothing
   returning ${CONSENT_COLUMNS}`,
);

const selectLines = prepared<ConsentEntry>(
  'consent-recorded',
  `select ${CONSENT_COLUMNS} from consent where id = any($1::uuid[])`,
);

/** Adds lines to the ledger and returns, by id, how they stand there: an id that is there already keeps its line. */
export async function addConsents(
  db: Executor,
  entries: readonly RecordConsentItem[],
): Promise<Map<string, ConsentEntry>> {
  const lines = await available(insertLines(db, [JSON.stringify(entries)]));
  const standing = new Map(lines.map((line) => [line.id, line]));
  const known = entries.map(({ id }) => id).filter((id) => !standing.has(id));
  const earlier = known.length === 0 ? [] : await available(selectLines(db, [known]));
  for (const line of earlier) standing.set(line.id, line);
  return standing;
}
