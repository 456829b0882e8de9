import { shownMessageId } from '@parley/contracts/http/message-resource';
import { formatMessageId } from '@parley/contracts/ids';
import type { ReadItem } from '@parley/contracts/requests/read-messages';
import {
  MAX_REFERENCES,
  type DispatcherTimeline,
  type IngestTimeline,
} from '@parley/contracts/requests/read-timelines';
import { timelineEntry } from '@parley/contracts/timeline';
import { Unavailable } from '@parley/platform/runtime';
import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { notFound } from '../read-fields.ts';
import { messageIdIn } from '../read-message/message-id-in.ts';
import { mergeEntries } from './decide.ts';

type Tellers = Pick<Owners, 'readDispatcherTimelines' | 'readIngestTimelines'>;

/** Everything that happened to a message, oldest first, whoever recorded it. */
export function readTimeline(owners: Tellers): KeyedHandler {
  return async ({ params }, { account_id }) => {
    const message_id = messageIdIn(params);
    const [sent, received] = await tell(owners, { account_id, message_id });
    if (sent === null && !received.found) throw notFound('message');
    const data = mergeEntries(sent?.entries ?? [], received.entries);
    const trace_id = sent?.trace_id ?? received.trace_id;
    return { status: 200, body: { message_id: formatMessageId(message_id), trace_id, data } };
  };
}

/** Receipts are known by what providers call the message, so ingest is asked last; what it received it tells alone. */
async function tell(
  owners: Tellers,
  item: ReadItem,
): Promise<[sent: DispatcherTimeline | null, received: IngestTimeline]> {
  const sent = await orFailure(owners.readDispatcherTimelines(item));
  const references = sent instanceof Unavailable ? [] : (sent?.references ?? []).slice(-MAX_REFERENCES);
  const received = await owners.readIngestTimelines({ ...item, references });
  if (!(sent instanceof Unavailable)) return [sent, received];
  if (!received.found) throw sent;
  return [null, received];
}

async function orFailure<Value>(answer: Promise<Value>): Promise<Value | Unavailable> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Unavailable) return error;
    throw error;
  }
}

const timeline = z.object({
  message_id: shownMessageId,
  trace_id: z.string().nullable(),
  data: z.array(timelineEntry.meta({ id: 'TimelineEntry' })),
});

/** What it tells of itself. */
export const readTimelineDocs: Operation = {
  id: 'readTimeline',
  summary: 'Read everything that happened to a message',
  reply: { status: 200, is: 'What happened, oldest first.', schema: timeline },
};
