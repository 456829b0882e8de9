import { sendMessageRequest } from '@parley/contracts/http/send-message';
import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import type { Requester } from '@parley/platform/bus';
import { parseJson, requireJsonType } from '@parley/platform/http';
import { OutcomeUnknown } from '@parley/platform/runtime';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { outcomeUnknown, toAcceptItem, toReply } from './decide.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readIdempotencyKey } from './idempotency-key.ts';

const ROUTE = 'POST /v1/messages';

/** Accepts one message: 202 once it is committed. */
export function sendMessage(accept: Requester<AcceptItem, AcceptReply>): KeyedHandler {
  return async (request, caller) => {
    const bytes = await request.readBody(MAX_BODY_BYTES);
    requireJsonType(request);
    const key = readIdempotencyKey(request.headers['idempotency-key']);
    const body = parseJson(bytes);
    const input = readFields(sendMessageRequest, body);
    const idempotency = key === null ? null : { key, fingerprint: fingerprintOf(ROUTE, body) };
    const item = toAcceptItem(input, { caller, idempotency, trace_id: request.trace_id });
    try {
      return toReply(await accept(item));
    } catch (error) {
      throw error instanceof OutcomeUnknown
        ? outcomeUnknown(item.recipients[0]?.id ?? null, key !== null)
        : error;
    }
  };
}
