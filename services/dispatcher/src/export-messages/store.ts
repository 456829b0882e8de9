import type { Message } from '@parley/contracts/message';
import { exportPages } from '@parley/platform/db';
import { MESSAGE_COLUMNS } from '../message-columns.ts';

/** The next messages by (changed_at, id), at least one if there is any. Throws `Unavailable`. */
export const loadPage = exportPages<Message>('export-messages', {
  table: 'message',
  columns: MESSAGE_COLUMNS,
  at: 'changed_at',
  bytes: `coalesce(octet_length(subject), 0) + coalesce(octet_length(body), 0) + octet_length(attachments::text)
    + coalesce(octet_length(metadata::text), 0)`,
});
