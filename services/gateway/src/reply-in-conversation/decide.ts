import { parseAddress } from '@parley/contracts/address';
import type { Conversation } from '@parley/contracts/conversation';
import type { FieldError } from '@parley/contracts/http/problem';
import { messageToSend } from '@parley/contracts/http/send-message';
import type { Message } from '@parley/contracts/message';
import { messageType, type MessageType } from '@parley/contracts/message-type';
import { text } from '@parley/contracts/text';
import { z } from 'zod';
import { invalid } from '../read-fields.ts';

/** As far as it decides who writes to whom; everything else is as in a message to send. */
export const replyRequest = z.looseObject({
  type: messageType.nullish(),
  from: text.nullish(),
  to: z.never('is everybody else in the conversation').optional(),
});
/** The same with everything else. */
export const replyToSend = messageToSend
  .omit({ to: true })
  .extend(replyRequest.omit({ to: true }).shape)
  .meta({ id: 'Reply' });
export type ReplyRequest = z.infer<typeof replyRequest>;

/** What a conversation is known by. */
export interface ReplyFacts {
  conversation: Pick<Conversation, 'participants' | 'last_message'>;
  /** Its newest messages, newest first. */
  recent: readonly Message[];
}

/** Who writes to whom. */
export interface Parties {
  from: string;
  to: string[];
}

type Participant = Conversation['participants'][number];
type Medium = 'number' | 'email' | 'chat';

/**
 * Who a reply is from and to. It travels as the newest message did unless its type says otherwise; it comes from the
 * address that the other side wrote to last, or else from the one that was used last; it goes to everybody else, at
 * the address that each used last. Throws a `validation_failed` problem when that leaves nobody.
 */
export function partiesOf({ type, from }: ReplyRequest, facts: ReplyFacts): Parties {
  const medium = mediumOf(type ?? facts.conversation.last_message.type);
  return medium === 'chat' ? chatting(from, facts) : writing(from, medium, facts);
}

function chatting(from: ReplyRequest['from'], { conversation }: ReplyFacts): Parties {
  if (!from) throw refuse('from', 'is needed: in a chat everybody may be the one who writes');
  const name = from.trim();
  const others = conversation.participants.filter(({ user_name }) => user_name !== name);
  return { from: name, to: others.map((other) => other.user_name ?? unreachable(other, 'chat')) };
}

function writing(given: ReplyRequest['from'], medium: 'number' | 'email', facts: ReplyFacts): Parties {
  const inMedium = facts.recent.filter(({ type }) => mediumOf(type) === medium);
  const from = given == null ? inMedium.map(ourSide)[0] : (parseAddress(given)?.address ?? given);
  if (from === undefined) throw refuse('from', 'is needed: nothing like it was sent here lately');
  const others = othersThan(from, facts);
  if (others.length === 0) throw refuse('from', 'is the only one in this conversation');
  const used = inMedium.map(theirSide);
  return { from, to: others.map((other) => lastUsed(other, used, medium)) };
}

/** Everybody but who writes; and but other addresses of ours, if that leaves anybody. */
function othersThan(from: string, { conversation, recent }: ReplyFacts): Participant[] {
  const ours = new Set(recent.filter(({ type }) => type !== 'chat').map(ourSide));
  const others = conversation.participants.filter(({ addresses }) => !addresses.includes(from));
  const theirs = others.filter(({ addresses }) => !addresses.some((address) => ours.has(address)));
  return theirs.length > 0 ? theirs : others;
}

function lastUsed(other: Participant, used: readonly string[], medium: 'number' | 'email'): string {
  const address =
    used.find((one) => other.addresses.includes(one)) ??
    other.addresses.find((one) => parseAddress(one)?.kind === medium);
  return address ?? unreachable(other, medium);
}

function unreachable({ user_name, addresses }: Participant, medium: Medium): never {
  const what = { number: 'phone number', email: 'e-mail address', chat: 'user name' }[medium];
  throw refuse('type', `cannot reach ${user_name ?? addresses[0]}, who has no ${what} here`);
}

function ourSide({ direction, from, to }: Message): string {
  return direction === 'inbound' ? to : from;
}

function theirSide({ direction, from, to }: Message): string {
  return direction === 'inbound' ? from : to;
}

function mediumOf(type: MessageType): Medium {
  return type === 'sms' || type === 'mms' ? 'number' : type;
}

function refuse(field: keyof ReplyRequest, detail: string) {
  const error: FieldError = { pointer: `#/${field}`, detail };
  return invalid([error]);
}
