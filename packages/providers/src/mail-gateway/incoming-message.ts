import { text, time } from '@parley/contracts/text';
import { z } from 'zod';
import type { IncomingMessage } from '../provider.ts';
import { addressOf, attachments, emailBody, hasContent, providerId } from '../reading/fields.ts';

/** `{xillio_id, from, to, subject?, body, attachments, timestamp}`; the body may be HTML and is kept as it came. */
export const incomingMessage: z.ZodType<IncomingMessage> = z
  .object({
    xillio_id: providerId,
    from: addressOf('email', 'from'),
    to: addressOf('email', 'to'),
    subject: text.nullish(),
    body: emailBody.nullish(),
    attachments,
    timestamp: time,
  })
  .refine(hasContent, { path: ['body'], error: 'a message needs a body or an attachment' })
  .transform((input) => ({
    kind: 'message',
    provider_message_id: input.xillio_id,
    type: 'email',
    from: input.from,
    to: input.to,
    subject: input.subject ?? null,
    body: input.body ?? null,
    attachments: input.attachments,
    timestamp: input.timestamp,
  }));
