import { prepared } from '@parley/platform/db';
import type { WriteLog } from '../receive-webhooks/take.ts';
import { lineOf } from './line.ts';

const insertRows = prepared(
  'log-webhooks',
  `insert into webhook_log (id, received_at, account_id, connection_id, url, headers, signature, body, body_bytes, verdict,
     reason, errors, kind, provider_message_id, event_id, trace_id)
   select id, received_at, account_id, connection_id, url, headers, signature, decode(body_base64, 'base64'), body_bytes,
     verdict, reason, errors, kind, provider_message_id, event_id, trace_id
   from jsonb_to_recordset($1) as r(id uuid, received_at timestamptz, account_id text, connection_id text, url text,
     headers jsonb, signature jsonb, body_base64 text, body_bytes int, verdict text, reason text, errors jsonb, kind text,
     provider_message_id text, event_id text, trace_id text)`,
);

/** Adds a line for each webhook that came through a connection: one statement, whatever their number. */
export const insertLines: WriteLog = async (trx, answered) => {
  const lines = answered.flatMap((one) => {
    const { connection, reading } = one.arrival;
    if (connection === null) return [];
    return lineOf(one, reading.outcome === 'received' ? reading.account_id : connection.account_id);
  });
  if (lines.length > 0) await insertRows(trx, [JSON.stringify(lines)]);
};
