import { z } from 'zod';
import { formatMessageId } from '../ids.ts';
import { message, type Message } from '../message.ts';

/** A message's id as clients see it. */
export const shownMessageId = z
  .string()
  .regex(/^msg_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  .meta({ examples: ['msg_019a8c2e-7d1b-7c3a-9f52-3b1c6a0e4d11'] });

const EXAMPLE = {
  id: 'msg_019a8c2e-7d1b-7c3a-9f52-3b1c6a0e4d11',
  account_id: 'demo',
  conversation_id: '6f1d0b52-0c0e-5d0a-9a57-3f0f5c2b7e10',
  direction: 'outbound',
  type: 'sms',
  from: 'MyCorp',
  to: '+233241234567',
  subject: null,
  body: 'Hello, this is a test message.',
  attachments: [],
  status: 'delivered',
  status_reason: null,
  provider: 'sms',
  provider_message_id: 'sim-000001',
  encoding: 'GSM-7',
  segments: 1,
  in_reply_to: null,
  metadata: null,
  client_reference: 'client_message_id_123',
  timestamp: '2026-01-15T10:00:00.000Z',
  created_at: '2026-01-15T10:00:00.000Z',
  sent_at: '2026-01-15T10:00:00.120Z',
  delivered_at: '2026-01-15T10:00:01.480Z',
  read_at: null,
  send_at: null,
  expires_at: '2026-01-15T14:00:00.000Z',
  from_user_id: null,
  to_user_id: null,
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
};

/** A message as clients see it: ids prefixed, internal fields left out, every field present. */
export const shownMessage = message
  .omit({ round: true })
  .extend({ id: shownMessageId, in_reply_to: shownMessageId.nullable() })
  .meta({ id: 'Message', examples: [EXAMPLE] });
export type MessageResource = z.infer<typeof shownMessage>;

/** Turns a stored message into the resource that the API answers. */
export function messageResource({ round: _, ...told }: Message): MessageResource {
  return {
    ...told,
    id: formatMessageId(told.id),
    in_reply_to: told.in_reply_to === null ? null : formatMessageId(told.in_reply_to),
  };
}
