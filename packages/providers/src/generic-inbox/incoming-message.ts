import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { IncomingMessage } from '../provider.ts';
import { providerId, smsBody, utcTime } from '../reading/fields.ts';

/** A number exactly as it is stored; this inbox repairs nothing. */
const number = text.regex(/^\+[1-9]\d{1,14}$/, 'is not a phone number like +14155550100');

const fields = z.object({ message_id: providerId, from: number, to: number, text: smsBody.nullish() });

const times = z.object({ timestamp: z.unknown().optional(), ts: z.unknown().optional() });

const withTimestamp = fields
  .extend({ timestamp: utcTime })
  .transform((input) => toMessage(input, input.timestamp));

const withTs = fields.extend({ ts: utcTime }).transform((input) => toMessage(input, input.ts));

/** `{message_id, from, to, timestamp|ts, text?}`. */
export const incomingMessage: z.ZodType<IncomingMessage> = z.union([withTimestamp, withTs]);

/** The schema of `{message_id, from, to, timestamp|ts, text?}`; `timestamp` wins over `ts`. */
export function incomingMessageFor(value: unknown): z.ZodType<IncomingMessage> {
  const given = times.safeParse(value).data;
  return given?.ts != null && given.timestamp == null ? withTs : withTimestamp;
}

function toMessage(input: z.infer<typeof fields>, timestamp: string): IncomingMessage {
  return {
    kind: 'message',
    provider_message_id: input.message_id,
    type: 'sms',
    from: input.from,
    to: input.to,
    subject: null,
    body: input.text ?? null,
    attachments: [],
    timestamp,
  };
}
