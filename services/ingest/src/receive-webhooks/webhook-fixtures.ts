import { accountId, connectionId } from '@parley/contracts/ids';
import type { WebhookItem } from '@parley/contracts/requests/receive-webhooks';
import type { KnownConnection } from '@parley/platform/directory';
import { providerNamed } from '@parley/providers/registry';
import { readWebhook, type Received } from './read-webhook.ts';

/** A connection that tests receive through. */
export interface TestConnection {
  id: string;
  provider: string;
  types: ('sms' | 'mms' | 'email')[];
  /** The first one signs. */
  secrets: string[];
  /** What its provider adds to the URL that it was told. */
  query?: string;
}

export const SMS: TestConnection = {
  id: 'sms',
  provider: 'sms-gateway',
  types: ['sms', 'mms'],
  secrets: ['new-sms-secret', 'old-sms-secret'],
};
export const MAIL: TestConnection = {
  id: 'mail',
  provider: 'mail-gateway',
  types: ['email'],
  secrets: ['whsec_bWFpbC1zZWNyZXQ='],
};
export const INBOX: TestConnection = {
  id: 'inbox',
  provider: 'generic',
  types: [],
  secrets: ['inbox-secret'],
};

export const TWILIO: TestConnection = {
  id: 'twilio',
  provider: 'twilio',
  types: [],
  secrets: ['twilio-auth-token'],
};

/** The connection as the directory knows it. */
export function asKnown({ id, provider, types, secrets }: TestConnection): KnownConnection {
  return {
    id: connectionId.parse(id),
    account_id: accountId.parse('acme'),
    provider,
    types,
    priority: 0,
    url: null,
    token: null,
    secrets,
    rate_per_second: null,
    honours_idempotency_keys: null,
    is_disabled: false,
    is_shared: false,
  };
}

/** The signed webhook, read. Throws when it is none to be stored. */
export function received(connection: TestConnection, body: unknown): Received {
  const reading = readWebhook(aWebhook(connection, body), asKnown(connection));
  if (reading.outcome !== 'received') throw new Error(reading.outcome);
  return reading;
}

export const RECEIVED_AT = '2026-01-15T10:00:05.000Z';

const CONTENT_TYPES = { json: 'application/json', form: 'application/x-www-form-urlencoded' };

/** A webhook with this body, JSON unless it is a text, as the connection's provider signs it. */
export function aWebhook(
  connection: TestConnection,
  body: unknown,
  secret = connection.secrets[0],
): WebhookItem {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const provider = providerNamed(connection.provider);
  if (provider === null || secret === undefined) throw new Error('nobody can sign this');
  const url = `https://parley.test/webhooks/${connection.id}${connection.query ?? ''}`;
  const signature = provider.sign({ url, body: bytes, at: Date.parse(RECEIVED_AT) }, secret);
  return {
    connection_id: connectionId.parse(connection.id),
    received_at: RECEIVED_AT,
    url,
    headers: { 'content-type': CONTENT_TYPES[provider.content], ...signature },
    body_base64: bytes.toString('base64'),
    trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  };
}

/** The body of an SMS as the SMS gateway hands it over. */
export function anSms(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    from: '+18045551234',
    to: '+12016661234',
    type: 'sms',
    messaging_provider_id: 'message-1',
    body: 'text message',
    attachments: null,
    timestamp: '2024-11-01T14:00:00Z',
    ...overrides,
  };
}

/** The body of an e-mail as the mail gateway hands it over. */
export function anEmail(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    from: 'user@usehatchapp.com',
    to: 'contact@gmail.com',
    xillio_id: 'message-2',
    body: '<html><body>html is <b>allowed</b> here</body></html>',
    attachments: ['attachment-url'],
    timestamp: '2024-11-01T14:00:00Z',
    ...overrides,
  };
}

/** The body of a delivery receipt. */
export function aReceipt(overrides: Record<string, unknown> = {}): Record<string, unknown> {
  return { provider_reference: 'ref-1', status: 'DELIVERED', ...overrides };
}
