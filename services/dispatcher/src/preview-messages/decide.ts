import type { Preview, PreviewItem } from '@parley/contracts/requests/preview-messages';
import {
  blockedWordIn,
  isSenderAllowed,
  notFriends,
  unknownUsers,
  type RuleFacts,
  type Sending,
} from '../accept-messages/apply-rules.ts';
import { countSegments, ucs2Characters } from '../count-segments/count-segments.ts';
import type { ExplainedRoute } from './explain-route.ts';
import { MAX_COUNTED, type LaneQueue } from './store.ts';

/** Everything that a preview needs besides the message. */
export interface PreviewFacts extends RuleFacts, ExplainedRoute {
  /** How the lane of its sender stands; null when there is none. */
  queue: LaneQueue | null;
  /** An instant. */
  now: string;
}

/** What would become of a message. It breaks no rule when accepting it would not: both ask the same rules. */
export function decidePreview(item: PreviewItem, facts: PreviewFacts): Preview {
  const sending = sendingOf(item);
  return {
    type: item.type,
    from: item.from,
    to: item.to,
    ...sizeOf(item),
    sender_allowed: isSenderAllowed(sending, facts),
    blocked_word: blockedWordIn(sending, facts),
    consent: item.to.map((to) => ({ to, state: facts.consentOf(sending, to) })),
    unknown_users: unknownUsers(sending, facts),
    not_friends: notFriends(sending, facts),
    connection: facts.connection?.id ?? null,
    connection_reason: facts.reason,
    expected_wait_ms: expectedWait(item, facts),
  };
}

/** What the rules look at. */
export function sendingOf<Item extends PreviewItem>(item: Item): Sending & Pick<Item, 'directory_version'> {
  return { ...item, recipients: item.to.map((to) => ({ to })) };
}

function sizeOf({ type, body }: PreviewItem): Pick<Preview, 'encoding' | 'segments' | 'ucs2_characters'> {
  return type === 'sms'
    ? { ...countSegments(body ?? ''), ucs2_characters: ucs2Characters(body ?? '') }
    : { encoding: null, segments: null, ucs2_characters: [] };
}

/**
 * Nobody can say what the lane will be like later, when a broken connection is back, how long a queue without a rate
 * takes, or one too long to count.
 */
function expectedWait(
  { type, send_at }: PreviewItem,
  { connection, isBroken, queue, now }: PreviewFacts,
): number | null {
  if (send_at !== null && send_at > now) return null;
  if (type === 'chat') return 0;
  if (connection === null || isBroken || queue === null || queue.waiting >= MAX_COUNTED) return null;
  const { rate_per_second: rate } = connection;
  if (rate === null) return queue.waiting === 0 ? Math.round(queue.busy_ms) : null;
  return Math.round(queue.busy_ms + (queue.waiting / rate) * 1_000);
}
