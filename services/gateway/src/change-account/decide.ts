import { keywordSettings } from '@parley/contracts/keyword-settings';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import { rateLimit } from '../limit-rate/decide.ts';
import { accountName } from '../create-account/decide.ts';

const MAX_WORDS = 100;
const MAX_WORD_LENGTH = 50;

/** The body of `PATCH /v1/accounts/{id}`: what is left out stays as it is, of `keywords` too. */
export const changeAccountRequest = z.strictObject({
  name: accountName.optional(),
  blocked_words: z
    .array(text.trim().min(1).max(MAX_WORD_LENGTH))
    .max(MAX_WORDS)
    .transform((words) => [...new Set(words)])
    .optional(),
  chat_friends_only: z.boolean().optional(),
  keywords: keywordSettings.partial().optional(),
  rate_limit: rateLimit.nullable().optional(),
});
export type AccountChange = z.infer<typeof changeAccountRequest>;
