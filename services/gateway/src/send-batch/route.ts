import { isToMany } from '@parley/contracts/http/send-message';
import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import {
  parseJson,
  Problem,
  requireJsonType,
  tracedBy,
  type HttpRequest,
  type Traced,
} from '@parley/platform/http';
import { OutcomeUnknown } from '@parley/platform/runtime';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Caller } from '../authenticate/decide.ts';
import type { Operation } from '../describe-api/operation.ts';
import { invalid, MAX_BODY_BYTES } from '../read-fields.ts';
import { toAcceptItem } from '../send-message/decide.ts';
import { findReplay } from '../send-message/find-replay.ts';
import { fingerprintOf } from '../send-message/fingerprint.ts';
import type { SendOptions } from '../send-message/route.ts';
import {
  atItem,
  type BatchItem,
  batchResult,
  batchToSend,
  decidedEntry,
  isTooLarge,
  keyOfItem,
  outcomeUnknown,
  readBatch,
  refusedEntry,
} from './decide.ts';

const MAX_BATCH_BYTES = 1_000_000;
const ROUTE = 'POST /v1/messages/batch';

/** Accepts many messages, each on its own merits: 200 with what became of each, in the order they were given. */
export function sendBatch({ owners, prepare }: SendOptions): KeyedHandler {
  return async (request, caller) => {
    const bytes = await request.readBody(MAX_BATCH_BYTES);
    requireJsonType(request);
    refuseKey(request);
    const items = readBatch(parseJson(bytes));
    const mayBeTooLarge = bytes.length > MAX_BODY_BYTES;
    const handed = await prepareItems(items, {
      prepare,
      owners,
      caller,
      trace: tracedBy(request),
      mayBeTooLarge,
    });
    const accepted = handed.filter(isToAccept);
    const replies = accepted.length === 0 ? [] : await accept(accepted, handed, owners);
    const replyOf = new Map(accepted.map((item, index) => [item, replies[index]]));
    const data = handed.map((item, index) => {
      if (item instanceof Problem) return refusedEntry(item, request.trace_id);
      const reply = isToAccept(item) ? replyOf.get(item) : item;
      if (reply === undefined) throw new Error('an item of a batch was not answered');
      return decidedEntry(reply, isToMany(items[index]?.body), request.trace_id);
    });
    return { status: 200, body: { data } };
  };
}

/** A key for all of them at once would promise what each item promises for itself. */
function refuseKey({ headers }: HttpRequest): void {
  if (headers['idempotency-key'] === undefined) return;
  throw new Problem(
    'invalid_idempotency_key',
    'A batch takes no header Idempotency-Key: give each of its messages an idempotency_key of its own.',
  );
}

/** An item with a way to go: to be accepted, or answered as it was when it was accepted before. */
type Handed = AcceptItem | AcceptReply | Problem;

const isToAccept = (item: Handed): item is AcceptItem => 'recipients' in item;

interface BatchContext extends SendOptions {
  caller: Caller;
  trace: Traced;
  /** False where no item can be larger than one that is sent alone. */
  mayBeTooLarge: boolean;
}

/** What is to be accepted of each item, or the problem that keeps it from that. */
async function prepareItems(
  items: readonly BatchItem[],
  { prepare, owners, caller, trace, mayBeTooLarge }: BatchContext,
): Promise<Handed[]> {
  const bodies = items.map(({ body }) => body);
  const prepared = await prepare(bodies, caller.account_id);
  const handOver = async (item: BatchItem, index: number): Promise<Handed> => {
    if (mayBeTooLarge && isTooLarge(item))
      throw new Problem('body_too_large', `The item is larger than ${MAX_BODY_BYTES} bytes.`);
    const key = keyOfItem(item);
    const idempotency = key === null ? null : { key, fingerprint: fingerprintOf(ROUTE, item.body) };
    const context = { caller, idempotency, trace };
    const one = prepared[index];
    if (one?.ok) return toAcceptItem(one.value, context);
    return findReplay(invalid((one?.errors ?? []).map(atItem(index))), context, owners);
  };
  return Promise.all(items.map((item, index) => handOver(item, index).catch(problemIn)));
}

function problemIn(error: unknown): Problem {
  if (error instanceof Problem) return error;
  throw error;
}

async function accept(
  items: readonly AcceptItem[],
  handed: readonly Handed[],
  owners: SendOptions['owners'],
) {
  try {
    return await owners.acceptTogether(items);
  } catch (error) {
    if (!(error instanceof OutcomeUnknown)) throw error;
    throw outcomeUnknown(handed.map((item) => (isToAccept(item) ? item : null)));
  }
}

/** What it tells of itself. */
export const sendBatchDocs: Operation = {
  id: 'sendBatch',
  summary: 'Send up to 500 messages, each on its own merits',
  body: {
    schema: batchToSend,
    examples: {
      'Two messages': {
        messages: [
          { from: 'MyCorp', to: '+233241234567', body: 'One', idempotency_key: 'send_msg:one' },
          { from: 'MyCorp', to: '+18045551234', body: 'Two', idempotency_key: 'send_msg:two' },
        ],
      },
    },
  },
  problems: ['invalid_idempotency_key', 'outcome_unknown'],
  reply: { status: 200, is: 'What became of each, in the order of the items.', schema: batchResult },
};
