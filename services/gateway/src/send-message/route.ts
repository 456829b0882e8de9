import { isToMany } from '@parley/contracts/http/send-message';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Owners } from '../owners.ts';
import { prepareMessage, type PrepareMessages } from '../prepare-messages/prepare.ts';
import { accept } from './accept.ts';
import { toAcceptItem } from './decide.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readSending } from './read-sending.ts';

/** What sending needs. */
export interface SendOptions {
  owners: Pick<Owners, 'acceptMessages' | 'acceptTogether'>;
  prepare: PrepareMessages;
}

const ROUTE = 'POST /v1/messages';

/** Accepts a message to one recipient or to several: 202 once all of it is committed. */
export function sendMessage({ owners, prepare }: SendOptions): KeyedHandler {
  return async (request, caller) => {
    const { key, body } = await readSending(request);
    const prepared = await prepareMessage(prepare, body, caller);
    const idempotency = key === null ? null : { key, fingerprint: fingerprintOf(ROUTE, body) };
    const item = toAcceptItem(prepared, { caller, idempotency, trace_id: request.trace_id });
    return accept(item, owners, isToMany(body));
  };
}
