import type { Json } from './write-schema.ts';

/** What the document begins with, in Markdown. */
export const INTRODUCTION = [
  'Send and receive SMS, MMS, e-mail and chat. **202 means committed**: what was accepted is sent once, and its ' +
    'timeline tells what became of it.',
  'Every refusal is `application/problem+json` (RFC 9457) with a stable `code`. Unknown fields and parameters are ' +
    'refused; answers may gain fields.',
  'Lists take `cursor` and `limit`, or `page` and `per_page`; not both.',
].join('\n\n');

/** Every part of the API, in the order in which it is shown. */
export const AREAS: readonly { name: string; description: string }[] = [
  { name: 'messages', description: 'Send messages, follow them, and decide on those that are stuck.' },
  { name: 'conversations', description: 'Everything said between the same people, over whatever type.' },
  { name: 'webhooks', description: 'Where providers deliver messages and receipts; signed, without a key.' },
  { name: 'users', description: 'The directory: who has which addresses, and whose friends they are.' },
  { name: 'consent', description: 'Who may be written to.' },
  { name: 'stats', description: 'Counts over all messages.' },
  { name: 'senders', description: 'The addresses that an account may send from.' },
  { name: 'connections', description: 'Accounts at providers.' },
  { name: 'webhook-log', description: 'Every webhook as it came in.' },
  { name: 'dead-letters', description: 'What could not be handled, and another try.' },
  { name: 'accounts', description: 'Tenants; for the first account only.' },
  { name: 'api-keys', description: 'Who may use the API, and for what.' },
  { name: 'operations', description: 'Health, metrics and this document; without a key.' },
];

/** The part of the API that a path belongs to. */
export function areaOf(path: string): string {
  const [, first = '', second = ''] = path.split('/');
  const name = first === 'v1' ? second : first === 'u' ? 'consent' : first;
  return AREAS.some((area) => area.name === name) ? name : 'operations';
}

const uuid = { type: 'string', format: 'uuid' };
const name = { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9._-]{0,31}$' };

const PARAMETERS: Record<string, Json> = {
  'messages/id': {
    description: 'Of a message: `msg_` and a UUID, or the bare UUID.',
    schema: { type: 'string' },
    example: 'msg_019a8c2e-7d1b-7c3a-9f52-3b1c6a0e4d11',
  },
  'conversations/id': { description: 'Of a conversation.', schema: uuid },
  'users/user_name': { description: 'Of a user.', schema: name, example: 'rdibari' },
  'friends/friend': { description: 'The name of the other user.', schema: name, example: 'bugs' },
  'consent/address': {
    description: 'A phone number or an e-mail address.',
    schema: { type: 'string' },
    example: '+12025550141',
  },
  'u/token': { description: 'What a link in an e-mail ends with.', schema: { type: 'string' } },
  'webhooks/connection': {
    description: 'The connection that the provider belongs to.',
    schema: { type: 'string' },
    example: 'inbox',
  },
};

/** What one has to know of a path's parameter: `name` stands behind the name of things of its kind. */
export function describeParameter(things: string, parameter: string): Json {
  return PARAMETERS[`${things}/${parameter}`] ?? { schema: { type: 'string' } };
}

const header = (headerName: string, description: string): Json => ({
  type: 'apiKey',
  in: 'header',
  name: headerName,
  description,
});

/** How callers prove who they are. */
export const SECURITY_SCHEMES: Json = {
  bearer: {
    type: 'http',
    scheme: 'bearer',
    description: 'An API key: `parley_…`. Its scopes are `send`, `read` and `admin`, which includes both.',
  },
  header: header('X-API-Key', 'The same key; `Authorization` wins.'),
  x_signature: header('X-Signature', 'Connections of `generic`: hex HMAC-SHA256 of the raw body.'),
  x_provider_signature: header('X-Provider-Signature', 'Connections of `sms-gateway`: likewise.'),
  standard_webhooks: header(
    'webhook-signature',
    'Connections of `mail-gateway`: Standard Webhooks, with `webhook-id` and `webhook-timestamp`.',
  ),
  twilio: header('X-Twilio-Signature', 'Connections of `twilio`: over the URL and the fields of the form.'),
};

/** Those of them that sign webhooks. */
export const SIGNED = ['x_signature', 'x_provider_signature', 'standard_webhooks', 'twilio'] as const;
