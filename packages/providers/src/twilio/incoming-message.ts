import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { IncomingMessage } from '../provider.ts';
import { addressOf, hasContent, smsBody } from '../reading/fields.ts';
import { messageSid } from './message-sid.ts';

const link = text.min(1, 'is empty');

const fields = z.looseObject({
  MessageSid: messageSid,
  From: addressOf('sms', 'from'),
  To: addressOf('sms', 'to'),
  Body: smsBody.default(''),
  NumMedia: z
    .string()
    .regex(/^\d{1,2}$/, 'is not a number of media')
    .default('0')
    .transform(Number),
});

/** `MessageSid, From, To, Body, NumMedia, MediaUrl0…`; whatever comes with media is an MMS. It has no time. */
export const incomingMessage: z.ZodType<Omit<IncomingMessage, 'timestamp'>> = fields.transform(
  (input, context) => {
    const attachments = mediaOf(input, context);
    if (input.NumMedia === 0 && !hasContent({ body: input.Body, attachments }))
      context.addIssue({
        code: 'custom',
        path: ['Body'],
        message: 'a message needs a body or an attachment',
      });
    return {
      kind: 'message',
      provider_message_id: input.MessageSid,
      type: input.NumMedia > 0 ? 'mms' : 'sms',
      from: input.From,
      to: input.To,
      subject: null,
      body: input.Body === '' ? null : input.Body,
      attachments,
    };
  },
);

/** As many links as there are said to be; each that is not there is an issue. */
function mediaOf(input: z.infer<typeof fields>, context: z.RefinementCtx): string[] {
  return Array.from({ length: input.NumMedia }, (_, index) => `MediaUrl${index}`).flatMap((name) => {
    const parsed = link.safeParse(input[name]);
    if (parsed.success) return [parsed.data];
    context.addIssue({ code: 'custom', path: [name], message: 'is missing or empty' });
    return [];
  });
}
