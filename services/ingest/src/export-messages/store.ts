import { exportPages } from '@parley/platform/db';
import { INBOUND_COLUMNS, type InboundMessage } from '../inbound-message.ts';

/** The next messages by (changed_at, id), at least one if there is any. Throws `Unavailable`. */
export const loadPage = exportPages<InboundMessage>('export-inbound-messages', {
  table: 'inbound_message',
  columns: INBOUND_COLUMNS,
  at: 'changed_at',
  bytes:
    'coalesce(octet_length(subject), 0) + coalesce(octet_length(body), 0) + octet_length(attachments::text)',
});
