import { z } from 'zod';
import { consentClass } from './consent.ts';
import { accountId, messageId } from './ids.ts';

/** What the token of an unsubscribe link is made for. */
export const UNSUBSCRIBE = 'unsubscribe';

/** The path of unsubscribe links, before their token. */
export const UNSUBSCRIBE_PATH = '/u';

/** Who wants no more of what, and because of which message. */
export type Unsubscription = z.infer<typeof written>;

const written = z
  .tuple([accountId, consentClass, z.string(), messageId])
  .transform(([account_id, type_class, address, message_id]) => ({
    account_id,
    type_class,
    address,
    message_id,
  }));

/** What a token holds. The same unsubscription is always the same text. */
export function writeUnsubscription({ account_id, type_class, address, message_id }: Unsubscription): string {
  return JSON.stringify([account_id, type_class, address, message_id]);
}

/** Reads what a token held; throws for anything else. */
export function readUnsubscription(text: string): Unsubscription {
  return written.parse(JSON.parse(text));
}
