import { until } from '@parley/testkit';
import { z } from 'zod';
import { expecting, type User } from './people.ts';

const letter = z.object({
  id: z.string(),
  kind: z.enum(['message', 'orphan_receipt', 'fact', 'work']),
  reason: z.string(),
  attempts: z.int(),
  first_seen_at: z.string(),
  last_seen_at: z.string(),
  connection: z.string().nullable(),
  provider_message_id: z.string().nullable(),
  message_id: z.string().nullable(),
});
/** A dead letter as the API shows it. */
export type Letter = z.infer<typeof letter>;
const letters = z.object({ data: z.array(letter) });

/** The dead letters that a query lists to somebody. */
export async function lettersOf(whose: User, query = ''): Promise<Letter[]> {
  return letters.parse((await expecting(200, whose.asks(`/v1/dead-letters?${query}`))).body).data;
}

/** Waits until a query lists a dead letter that fits. */
export function untilLetter(whose: User, query: string, fits: (found: Letter) => boolean): Promise<Letter> {
  return until(async () => (await lettersOf(whose, query)).find(fits) ?? null, {
    what: `a dead letter of ${query}`,
  });
}
