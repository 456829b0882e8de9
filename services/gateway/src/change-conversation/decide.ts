import { codePoints, text } from '@parley/contracts/text';
import { z } from 'zod';

const MAX_TITLE_CHARACTERS = 200;

const title = text.refine(
  (value) => codePoints(value) <= MAX_TITLE_CHARACTERS,
  `is longer than ${MAX_TITLE_CHARACTERS} characters`,
);

/** The body of `PATCH /v1/conversations/{id}`: what is left out stays as it is; a title of null is none. */
export const changeConversationRequest = z.strictObject({
  title: title.nullable().optional(),
  status: z.enum(['open', 'closed']).optional(),
});
export type ConversationChange = z.infer<typeof changeConversationRequest>;
