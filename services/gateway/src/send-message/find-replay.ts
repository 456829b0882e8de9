import type { AcceptReply } from '@parley/contracts/requests/accept-messages';
import type { Problem } from '@parley/platform/http';
import type { Owners } from '../owners.ts';
import type { SendContext } from './decide.ts';

/**
 * What a request was answered when it was accepted, although it would be refused as things are now: by then somebody it
 * names may be no user any more. Throws the refusal where it repeats nothing, and `Unavailable`.
 */
export async function findReplay(
  refusal: Problem,
  { caller, idempotency, trace }: SendContext,
  owners: Pick<Owners, 'findReplays'>,
): Promise<Extract<AcceptReply, { outcome: 'accepted' }>> {
  if (idempotency === null) throw refusal;
  const { account_id } = caller;
  const replay = await owners.findReplays({ account_id, idempotency, trace_id: trace.trace_id });
  if (replay === null) throw refusal;
  return { outcome: 'accepted', replayed: true, messages: replay.messages };
}
