import { newMessageId } from '@parley/contracts/ids';
import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import { ANY_ACCOUNT } from './a-message.ts';

/** An SMS to accept, valid in itself and without an idempotency key; every call has an id of its own. */
export function anAcceptItem(overrides: Partial<AcceptItem> = {}): AcceptItem {
  return {
    id: newMessageId(),
    account_id: ANY_ACCOUNT,
    type: 'sms',
    from: '+12125550100',
    to: '+12125550199',
    subject: null,
    body: 'Your table is ready.',
    attachments: [],
    metadata: null,
    client_reference: null,
    trace_id: null,
    timestamp: null,
    idempotency: null,
    directory_version: 1,
    ...overrides,
  };
}
