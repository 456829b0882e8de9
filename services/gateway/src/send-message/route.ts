import { isToMany } from '@parley/contracts/http/send-message';
import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import { parseJson, requireJsonType } from '@parley/platform/http';
import { OutcomeUnknown } from '@parley/platform/runtime';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Owners } from '../owners.ts';
import { prepareMessage, type PrepareMessages } from '../prepare-messages/prepare.ts';
import { MAX_BODY_BYTES } from '../read-fields.ts';
import { outcomeUnknown, toAcceptItem, toReply } from './decide.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

/** What sending needs. */
export interface SendOptions {
  owners: Pick<Owners, 'acceptMessages' | 'acceptTogether'>;
  prepare: PrepareMessages;
}

const ROUTE = 'POST /v1/messages';

/** Accepts a message to one recipient or to several: 202 once all of it is committed. */
export function sendMessage({ owners, prepare }: SendOptions): KeyedHandler {
  return async (request, caller) => {
    const bytes = await request.readBody(MAX_BODY_BYTES);
    requireJsonType(request);
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    const body = parseJson(bytes);
    const prepared = await prepareMessage(prepare, body, caller);
    const idempotency = key === null ? null : { key, fingerprint: fingerprintOf(ROUTE, body) };
    const item = toAcceptItem(prepared, { caller, idempotency, trace_id: request.trace_id });
    const toMany = isToMany(body);
    try {
      return toReply(await accept(item, owners), toMany);
    } catch (error) {
      throw error instanceof OutcomeUnknown ? outcomeUnknown(item, toMany) : error;
    }
  };
}

/** The answer to many recipients is as long as they are many: it does not travel with those of other requests. */
async function accept(item: AcceptItem, owners: SendOptions['owners']): Promise<AcceptReply> {
  if (item.recipients.length === 1) return owners.acceptMessages(item);
  const [reply] = await owners.acceptTogether([item]);
  if (reply === undefined) throw new OutcomeUnknown('accepting was not answered');
  return reply;
}
