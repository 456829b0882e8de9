import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { exportPages } from '@parley/platform/db';

/** The next keywords by (stored_at, id), at least one if there is any. Throws `Unavailable`. */
export const loadPage = exportPages<KeywordReceived>('export-keywords', {
  table: 'keyword_message',
  columns: `'consent.keyword-received' as kind, id as message_id, account_id, conversation_id, connection_id, type,
     keyword, "from", "to", from_user_id, to_user_id, body, received_at, trace_id`,
  at: 'stored_at',
  bytes: 'octet_length(body)',
});
