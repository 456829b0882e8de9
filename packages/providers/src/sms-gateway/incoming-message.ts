import { time } from '@parley/contracts/text';
import { z } from 'zod';
import type { IncomingMessage } from '../provider.ts';
import { addressOf, attachments, hasContent, providerId, smsBody } from '../reading/fields.ts';

/** `{messaging_provider_id, from, to, type: sms|mms, body, attachments, timestamp}`. */
export const incomingMessage: z.ZodType<IncomingMessage> = z
  .object({
    messaging_provider_id: providerId,
    from: addressOf('sms', 'from'),
    to: addressOf('sms', 'to'),
    type: z.enum(['sms', 'mms'], 'is neither sms nor mms'),
    body: smsBody.nullish(),
    attachments,
    timestamp: time,
  })
  .refine(hasContent, { path: ['body'], error: 'a message needs a body or an attachment' })
  .transform((input) => ({
    kind: 'message',
    provider_message_id: input.messaging_provider_id,
    type: input.type,
    from: input.from,
    to: input.to,
    subject: null,
    body: input.body ?? null,
    attachments: input.attachments,
    timestamp: input.timestamp,
  }));
