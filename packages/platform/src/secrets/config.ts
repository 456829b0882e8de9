import { z } from 'zod';
import { keyringOf } from './keyring.ts';

/** The variable SECRETS_KEY, for services that seal or open secrets. */
export const secretsKey = z
  .string()
  .transform((text, context) => {
    const keyring = keyringOf(text);
    if (keyring !== null) return keyring;
    // What is wrong with a key is not told by quoting it.
    context.addIssue({
      code: 'custom',
      message: 'has to be id:key, or several with commas, each key 32 bytes in base64',
    });
    return z.NEVER;
  })
  .describe(
    'What secrets of connections are encrypted with in the database: `id:key`, the key 32 random bytes in base64; the newest first, older ones with commas behind it',
  );
