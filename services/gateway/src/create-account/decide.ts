import { accountId } from '@parley/contracts/ids';
import { text } from '@parley/contracts/text';
import { z } from 'zod';

const MAX_NAME_LENGTH = 200;

/** What people call an account. */
export const accountName = text.min(1).max(MAX_NAME_LENGTH);

/** The body of `POST /v1/accounts`; without an id one is made. */
export const createAccountRequest = z.strictObject({
  id: text.min(1).max(64).pipe(accountId).optional(),
  name: accountName,
});
