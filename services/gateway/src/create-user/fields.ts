import { normalizeEmail, normalizeNumber } from '@parley/contracts/address';
import { codePoints, text } from '@parley/contracts/text';
import { userName } from '@parley/contracts/user-name';
import { z } from 'zod';

const MAX_NAME_CHARACTERS = 32;

const personalName = text
  .refine(
    (name) => codePoints(name) <= MAX_NAME_CHARACTERS,
    `is longer than ${MAX_NAME_CHARACTERS} characters`,
  )
  .nullable();

/** An address in its one stored form. */
function addressBy(normalize: (input: string) => string | null, message: string) {
  return text
    .transform((input, context) => {
      const address = normalize(input);
      if (address !== null) return address;
      context.addIssue({ code: 'custom', message });
      return z.NEVER;
    })
    .nullable();
}

/** What clients may say of a user; null says that there is no such thing. */
export const userFields = z.strictObject({
  user_name: userName,
  first_name: personalName,
  last_name: personalName,
  email: addressBy(normalizeEmail, 'is not an e-mail address'),
  phone: addressBy(normalizeNumber, 'is not a phone number (E.164)'),
  mfa: z.boolean(),
});
