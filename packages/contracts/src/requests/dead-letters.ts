import { z } from 'zod';
import type { RequestContract } from '../contract.ts';
import { deadLetter, deadLetterKind, type DeadLetter } from '../dead-letter.ts';
import { accountId, connectionId } from '../ids.ts';
import { page, pageResult, type PageResult } from './paging.ts';

/** Conditions on dead letters, combined with AND; null means "any". */
export const deadLetterFilter = z.object({
  ids: z.array(z.uuid()).max(500).nullable(),
  kind: deadLetterKind.nullable(),
  reason: z.string().nullable(),
  connection: connectionId.nullable(),
});
export type DeadLetterFilter = z.infer<typeof deadLetterFilter>;

const queryItem = z.object({
  account_id: accountId,
  /** Whether also those are wanted that belong to no account: bus messages. */
  whole: z.boolean(),
  filter: deadLetterFilter,
  page,
});
export type DeadLetterQuery = z.infer<typeof queryItem>;

const query = (subject: string): RequestContract<DeadLetterQuery, PageResult<DeadLetter>> => ({
  subject,
  version: 1,
  item: queryItem,
  reply: pageResult(deadLetter),
});

const redriveItem = z.object({
  account_id: accountId,
  whole: z.boolean(),
  filter: deadLetterFilter,
  /** Most to take up; the oldest go first. */
  limit: z.int().min(1).max(500),
  /** The id of the API key that asks. */
  by: z.string(),
  /** Made by whoever asks, for each thing asked: when no answer came, the same may be asked again under the same id. */
  request_id: z.uuid(),
});
export type RedriveDeadLettersItem = z.infer<typeof redriveItem>;

export const redriveReply = z.object({ redriven: z.array(z.uuid()) });
export type RedriveDeadLettersReply = z.infer<typeof redriveReply>;

const redrive = (subject: string): RequestContract<RedriveDeadLettersItem, RedriveDeadLettersReply> => ({
  subject,
  version: 1,
  item: redriveItem,
  reply: redriveReply,
});

/** Pages of dead letters, (last_seen_at, id) descending, of each service that has any. */
export const queryDispatcherDeadLetters = query('dispatcher.query-dead-letters');
export const queryReportingDeadLetters = query('reporting.query-dead-letters');

/** Another try for dead letters: messages open a new round, bus messages are published again. */
export const redriveDispatcherDeadLetters = redrive('dispatcher.redrive-dead-letters');
export const redriveReportingDeadLetters = redrive('reporting.redrive-dead-letters');
