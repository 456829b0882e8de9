import { newRowId } from '@parley/contracts/ids';
import type {
  RedriveDeadLettersItem,
  RedriveDeadLettersReply,
} from '@parley/contracts/requests/dead-letters';
import { redriveReply } from '@parley/contracts/requests/dead-letters';
import { readJson } from '@parley/platform/http';
import { QueueFull, Unavailable } from '@parley/platform/runtime';
import { actOf } from '../audit-acts/act.ts';
import type { Audit } from '../audit-acts/audit.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { OwnDirectory } from '../change-directory/change.ts';
import { isFirstAccount } from '../change-directory/store.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { redriveDeadLettersRequest } from './decide.ts';

type Redrivers = Pick<Owners, 'redriveDispatcherDeadLetters' | 'redriveReportingDeadLetters'>;

export interface RedriveDeadLettersOptions {
  directory: Pick<OwnDirectory, 'db'>;
  owners: Redrivers;
  audit: Audit;
}

/** Gives dead letters another try, the oldest first: 200 with the ids of those that got one. */
export function redriveDeadLetters({ directory, owners, audit }: RedriveDeadLettersOptions): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(redriveDeadLettersRequest, await readJson(request, MAX_BODY_BYTES));
    const { limit, ids = null, kind = null, reason = null, connection = null } = body;
    const { account_id, key_id: by } = caller;
    const item = {
      account_id,
      whole: await isFirstAccount(directory.db, account_id),
      filter: { ids, kind, reason, connection },
      limit,
      by,
      request_id: newRowId(),
    };
    const act = actOf(caller, 'dead_letters.redrive', { subject: 'dead-letters', details: body });
    const redriven = await audit(
      act,
      () => redrive(item, owners),
      (done) => ({ redriven: done }),
    );
    return { status: 200, body: { redriven } };
  };
}

/** Asks the services one after the other, so that all of them together take up no more than the limit. */
async function redrive(item: RedriveDeadLettersItem, owners: Redrivers): Promise<string[]> {
  const { redriven } = await owners.redriveDispatcherDeadLetters(item);
  const limit = item.limit - redriven.length;
  if (limit === 0) return redriven;
  const rest = await unlessDone(redriven, owners.redriveReportingDeadLetters({ ...item, limit }));
  return [...redriven, ...rest.redriven];
}

/** Who is away has done nothing: what others have done meanwhile is told all the same. */
async function unlessDone(
  done: readonly string[],
  asked: Promise<RedriveDeadLettersReply>,
): Promise<RedriveDeadLettersReply> {
  try {
    return await asked;
  } catch (error) {
    const isAway = error instanceof Unavailable || error instanceof QueueFull;
    if (isAway && done.length > 0) return { redriven: [] };
    throw error;
  }
}

/** What it tells of itself. */
export const redriveLettersDocs: Operation = {
  id: 'redriveDeadLetters',
  summary: 'Give dead letters another try',
  body: {
    schema: redriveDeadLettersRequest,
    examples: { 'Failed messages': { kind: 'message', limit: 100 } },
  },
  problems: ['outcome_unknown'],
  reply: { status: 200, is: 'Those that got one.', schema: redriveReply },
};
