import type { AccountId, ConversationId } from '@parley/contracts/ids';
import { NO_CONDITIONS } from '@parley/contracts/requests/query-messages';
import { Problem, tracedBy } from '@parley/platform/http';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Caller } from '../authenticate/decide.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { prepareMessage, type PreparedMessage, type PrepareMessages } from '../prepare-messages/prepare.ts';
import { conversationIdIn, findConversation } from '../read-conversation/find-conversation.ts';
import { readFields } from '../read-fields.ts';
import { accept } from '../send-message/accept.ts';
import { SEND_PROBLEMS, sent, toAcceptItem, toReply } from '../send-message/decide.ts';
import { findReplay } from '../send-message/find-replay.ts';
import { fingerprintOf } from '../send-message/fingerprint.ts';
import { readSending } from '../send-message/read-sending.ts';
import { partiesOf, type ReplyFacts, type ReplyRequest, replyRequest, replyToSend } from './decide.ts';

type Askable = Pick<
  Owners,
  'acceptMessages' | 'acceptTogether' | 'findReplays' | 'queryConversations' | 'queryMessages'
>;

export interface ReplyOptions {
  owners: Askable;
  prepare: PrepareMessages;
}

const RECENT_MESSAGES = 100;

/** Accepts a message to everybody else in a conversation: 202, a list where they are several. */
export function replyInConversation({ owners, prepare }: ReplyOptions): KeyedHandler {
  return async (request, caller) => {
    const { key, body } = await readSending(request);
    const reply = readFields(replyRequest, body);
    const id = conversationIdIn(request.params);
    const facts = await gatherFacts(owners, caller.account_id, id);
    const route = `POST /v1/conversations/${id}/messages`;
    const idempotency = key === null ? null : { key, fingerprint: fingerprintOf(route, body) };
    const context = { caller, idempotency, trace: tracedBy(request) };
    const prepared = await compose(reply, facts, { prepare, caller });
    if (prepared instanceof Problem) {
      const replay = await findReplay(prepared, context, owners);
      return toReply(replay, replay.messages.length > 1);
    }
    const item = toAcceptItem({ ...prepared, conversation_id: facts.conversation.id }, context);
    return accept(item, owners, prepared.request.to.length > 1);
  };
}

/** The reply as a message to send; the problem of one that the conversation leaves no way for as it stands. */
async function compose(
  reply: ReplyRequest,
  facts: ReplyFacts,
  { prepare, caller }: Pick<ReplyOptions, 'prepare'> & { caller: Caller },
): Promise<PreparedMessage | Problem> {
  try {
    const { from, to } = partiesOf(reply, facts);
    const type = reply.type ?? (facts.conversation.last_message.type === 'chat' ? 'chat' : undefined);
    const message = { ...reply, type, from, to: to.length > 1 ? to : to[0] };
    return await prepareMessage(prepare, message, caller);
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

async function gatherFacts(
  owners: Askable,
  account_id: AccountId,
  id: ConversationId,
): Promise<ReplyFacts & { conversation: { id: ConversationId } }> {
  const filter = { ...NO_CONDITIONS, conversation_id: id };
  const [conversation, recent] = await Promise.all([
    findConversation(owners, account_id, id),
    owners.queryMessages({
      account_id,
      filter,
      order: 'desc',
      page: { style: 'keyset', after: null, limit: RECENT_MESSAGES },
    }),
  ]);
  // The list goes by the messages' own times, which may be any.
  return { conversation, recent: [conversation.last_message, ...recent.rows] };
}

/** What it tells of itself. */
export const replyDocs: Operation = {
  id: 'replyInConversation',
  summary: 'Reply to everybody else in a conversation',
  body: { schema: replyToSend, examples: { 'A reply': { body: 'On my way.' } } },
  idempotent: true,
  problems: SEND_PROBLEMS,
  reply: {
    status: 202,
    is: 'Committed: the message, or a list of them where the others are several.',
    schema: sent,
  },
};
