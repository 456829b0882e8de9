import type { AcceptItem } from '@parley/contracts/requests/accept-messages';
import type { Acceptance } from './decide.ts';

/** The most that is stored in one transaction: it must be over long before a statement is given up. */
export const MAX_WEIGHT = 1_000;
/** What a message of weight 1 may hold, in characters. */
const LIGHT = 4_000;

/** How much there is to store: 1 for each recipient, more where the text is long, which is stored for each of them. */
export function weightOf({ recipients, body }: Pick<AcceptItem, 'recipients' | 'body'>): number {
  return weight(recipients.length, body);
}

/** Cuts acceptances into parts of up to `MAX_WEIGHT`, in their order; one that weighs more is a part of its own. */
export function inParts(acceptances: readonly Acceptance[]): Acceptance[][] {
  const parts: Acceptance[][] = [];
  let room = 0;
  for (const acceptance of acceptances) {
    const { messages } = acceptance;
    const needed = weight(messages.length, messages[0]?.body ?? null);
    if (needed > room) {
      parts.push([]);
      room = MAX_WEIGHT;
    }
    parts.at(-1)?.push(acceptance);
    room -= needed;
  }
  return parts;
}

function weight(recipients: number, body: string | null): number {
  return recipients * Math.max(1, (body?.length ?? 0) / LIGHT);
}
