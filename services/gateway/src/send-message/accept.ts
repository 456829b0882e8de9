import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import type { HttpReply } from '@parley/platform/http';
import { OutcomeUnknown } from '@parley/platform/runtime';
import type { Owners } from '../owners.ts';
import { outcomeUnknown, toReply } from './decide.ts';

type Acceptors = Pick<Owners, 'acceptMessages' | 'acceptTogether'>;

/**
 * Hands a message over and answers what was decided, as a list where `toMany`. Throws the problem of a refusal, or of
 * an answer that did not come.
 */
export async function accept(item: AcceptItem, owners: Acceptors, toMany: boolean): Promise<HttpReply> {
  try {
    return toReply(await ask(item, owners), toMany);
  } catch (error) {
    throw error instanceof OutcomeUnknown ? outcomeUnknown(item, toMany) : error;
  }
}

/** The answer to many recipients is as long as they are many: it does not travel with those of other requests. */
async function ask(item: AcceptItem, owners: Acceptors): Promise<AcceptReply> {
  if (item.recipients.length === 1) return owners.acceptMessages(item);
  const [reply] = await owners.acceptTogether([item]);
  if (reply === undefined) throw new OutcomeUnknown('accepting was not answered');
  return reply;
}
