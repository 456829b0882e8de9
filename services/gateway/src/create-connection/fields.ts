import type { FieldError } from '@parley/contracts/http/problem';
import { messageType, type MessageType } from '@parley/contracts/message-type';
import { text } from '@parley/contracts/text';
import { providerNamed } from '@parley/providers/registry';
import { secretKey } from '@parley/providers/signing/secret-key';
import { z } from 'zod';

const MAX_URL_LENGTH = 2_048;
const MAX_PRIORITY = 1_000;
const MAX_RATE = 100_000;
const MIN_SECRET_LENGTH = 8;
const MAX_SECRET_LENGTH = 255;

/** The base of what is called: without a slash at its end, and without what a base cannot have. */
const baseUrl = text.max(MAX_URL_LENGTH).transform((value, context) => {
  const url = URL.parse(value);
  const isBase =
    url !== null &&
    /^https?:$/.test(url.protocol) &&
    url.username + url.password + url.search + url.hash === '';
  if (isBase) return url.href.replace(/\/+$/, '');
  context.addIssue({ code: 'custom', message: 'is not an http(s) URL without user, query and fragment' });
  return z.NEVER;
});

/** What a header can carry. */
const token = z.string().regex(/^[\x21-\x7e]{1,4096}$/, 'is not 1 to 4,096 printable ASCII characters');

/** A webhook secret that somebody else made. */
export const webhookSecret = z
  .string()
  .regex(/^[\x21-\x7e]*$/, 'holds characters that are not printable ASCII')
  .min(MIN_SECRET_LENGTH)
  .max(MAX_SECRET_LENGTH)
  .refine((secret) => secretKey(secret) !== null, 'holds no key');

/** What clients may say of a connection, and may change. */
export const connectionFields = {
  types: z.array(messageType).transform((types) => [...new Set(types)]),
  /** The lowest is used first. */
  priority: z.int().min(0).max(MAX_PRIORITY),
  url: baseUrl.nullable(),
  token: token.nullable(),
  /** Of each sender; null = as fast as it goes. */
  rate_per_second: z.number().positive().max(MAX_RATE).nullable(),
  /** Null = as its provider promises. */
  honours_idempotency_keys: z.boolean().nullable(),
  /** Whether messages that come in are filed by their recipient, in whatever account. */
  shared: z.boolean(),
};

/** Everything because of which a connection could not do what it says. */
export function connectionErrors(connection: {
  provider: string;
  types: readonly MessageType[];
  url: string | null;
}): FieldError[] {
  const provider = providerNamed(connection.provider);
  if (provider === null) return [{ pointer: '#/provider', detail: 'is no provider that is known here' }];
  const errors = connection.types.flatMap((type, index) =>
    provider.types.includes(type)
      ? []
      : [{ pointer: `#/types/${index}`, detail: `is nothing that ${provider.name} sends` }],
  );
  if (connection.types.length > 0 && connection.url === null)
    errors.push({ pointer: '#/url', detail: 'is needed to send' });
  return errors;
}
