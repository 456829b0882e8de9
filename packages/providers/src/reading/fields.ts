import { fitsType, parseAddress } from '@parley/contracts/address';
import type { MessageType } from '@parley/contracts/message-type';
import { codePoints, text, time } from '@parley/contracts/text';
import { z } from 'zod';

const MAX_ID_CHARACTERS = 255;
const MAX_SMS_CHARACTERS = 4_096;
const MAX_EMAIL_BYTES = 200_000;

/** An id that a provider gave: 1 to 255 characters of any kind. */
export const providerId = atMost(MAX_ID_CHARACTERS).min(1, 'is empty');

/** The text of an SMS or MMS that came in. */
export const smsBody = atMost(MAX_SMS_CHARACTERS);

/** The text or HTML of an e-mail that came in. */
export const emailBody = text.refine(
  (value) => Buffer.byteLength(value) <= MAX_EMAIL_BYTES,
  `is longer than ${MAX_EMAIL_BYTES} bytes`,
);

/** Links to what a message carries, kept as they came; absent or null = none. */
export const attachments = z
  .array(text.min(1, 'is empty'))
  .nullish()
  .transform((value) => value ?? []);

/** A time in RFC 3339 ending in `Z`, of any age, read as an instant. */
export const utcTime = z.iso.datetime('is not an RFC 3339 time ending in Z').pipe(time);

/** An address that can stand in this place of a message of the type, normalised. */
export function addressOf(type: MessageType, role: 'from' | 'to'): z.ZodType<string> {
  return text.transform((value, context) => {
    const parsed = parseAddress(value);
    if (parsed !== null && fitsType(parsed.kind, type, role)) return parsed.address;
    context.addIssue({ code: 'custom', message: `is not an address for ${type}` });
    return z.NEVER;
  });
}

/** Whether a message carries anything: a body that is not only white space, or an attachment. */
export function hasContent(message: { body?: string | null | undefined; attachments: string[] }): boolean {
  return message.attachments.length > 0 || (message.body ?? '').trim() !== '';
}

function atMost(characters: number) {
  // UTF-16 units are never fewer than code points, so most texts need no counting.
  return text.refine(
    (value) => value.length <= characters || codePoints(value) <= characters,
    `is longer than ${characters} characters`,
  );
}
