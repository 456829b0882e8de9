import { accountId } from '@parley/contracts/ids';
import { scope } from '@parley/contracts/scope';
import { text, time } from '@parley/contracts/text';
import { z } from 'zod';

/** The body of `POST /v1/api-keys`; a key without `expires_at` never expires. */
export const createApiKeyRequest = z.strictObject({
  account_id: text.min(1).max(64).pipe(accountId),
  scopes: z
    .array(scope)
    .min(1)
    .transform((scopes) => [...new Set(scopes)]),
  expires_at: time.nullish().transform((at) => at ?? null),
});
