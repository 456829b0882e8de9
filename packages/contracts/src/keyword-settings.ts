import { z } from 'zod';
import { keywordIn } from './keyword.ts';
import { codePoints, text } from './text.ts';

/** Three segments in GSM-7: nobody pays for more than that because somebody said STOP. */
const MAX_CHARACTERS = 459;
const MAX_CONTACT_CHARACTERS = 200;

/** A text that answers a keyword. It must be none itself, or two that answer each other would never end. */
const answerText = text
  .trim()
  .min(1)
  .refine((value) => codePoints(value) <= MAX_CHARACTERS, `is longer than ${MAX_CHARACTERS} characters`)
  .refine((value) => keywordIn(value) === null, 'is a keyword itself');

/** How an account wants keywords in texts that come in to be treated. */
export const keywordSettings = z.strictObject({
  yes_starts: z.boolean().describe('Whether YES is START too. It is an answer to many a question.'),
  answers: z.boolean().describe('Whether keywords are answered at all; they count in any case.'),
  contact: text
    .trim()
    .min(1)
    .max(MAX_CONTACT_CHARACTERS)
    .nullable()
    .describe('Where people find help: an address, a number, a page.'),
  stop_text: answerText.nullable().describe('The answer to STOP; null = the standard one.'),
  start_text: answerText.nullable().describe('The answer to START; null = the standard one.'),
  help_text: answerText.nullable().describe('The answer to HELP; null = the standard one.'),
});
export type KeywordSettings = z.infer<typeof keywordSettings>;

/** What an account begins with. */
export const STANDARD_KEYWORD_SETTINGS: KeywordSettings = {
  yes_starts: false,
  answers: true,
  contact: null,
  stop_text: null,
  start_text: null,
  help_text: null,
};
