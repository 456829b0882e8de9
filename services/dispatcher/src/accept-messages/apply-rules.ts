import type { ConsentState } from '@parley/contracts/consent';
import type { AccountId, UserId } from '@parley/contracts/ids';
import type { AcceptItem, RefusalCode } from '@parley/contracts/requests/accept-messages';
import type { UserPair } from '@parley/platform/directory';
import type { SendingRules } from './sending-rules.ts';

/** What of a message the rules look at. Senders and recipients of chat are user names. */
export interface Sending extends Pick<AcceptItem, 'account_id' | 'type' | 'from' | 'subject' | 'body'> {
  recipients: readonly { to: string }[];
}

type Whose = Pick<Sending, 'account_id' | 'type'>;

/** What judging messages needs. */
export interface RuleFacts {
  /** What each account may send; an account that is not there may send nothing. */
  rules: ReadonlyMap<AccountId, SendingRules>;
  /** The user of an address, or for chat of that name. */
  userOf(whose: Whose, address: string): UserId | null;
  /** What the latest consent of a recipient says; null when nothing is known, or the type needs none. */
  consentOf(whose: Whose, address: string): ConsentState | null;
  /** Whether two users are friends: known of those who would have to be. */
  areFriends(pair: UserPair): boolean;
}

/** Why a message is refused. */
export interface Refusal {
  code: RefusalCode;
  detail: string;
}

/** The first rule that a message breaks, in this order: users, friends, sender, content, consent; null = none. */
export function refusalOf(sending: Sending, facts: RuleFacts): Refusal | null {
  const unknown = unknownUsers(sending, facts);
  if (unknown.length > 0)
    return { code: 'unknown_user', detail: `this account has no user ${unknown.join(', ')}` };
  const strangers = notFriends(sending, facts);
  if (strangers.length > 0)
    return { code: 'not_friends', detail: `${sending.from} is no friend of ${strangers.join(', ')}` };
  if (!isSenderAllowed(sending, facts))
    return {
      code: 'sender_not_allowed',
      detail: `${sending.from} is not among the senders of this account`,
    };
  const word = blockedWordIn(sending, facts);
  if (word !== null) return { code: 'blocked_keyword', detail: `the text contains the word ${word}` };
  // The last one, because it may be found out only when all others let the message be stored.
  const out = optedOut(sending, facts);
  return out.length > 0 ? { code: 'recipient_opted_out', detail: optOutDetail(sending, out) } : null;
}

/** The users that chat would need and that are not there, each once. */
export function unknownUsers(sending: Sending, facts: RuleFacts): string[] {
  if (sending.type !== 'chat') return [];
  const names = new Set([sending.from, ...sending.recipients.map(({ to }) => to)]);
  return [...names].filter((name) => facts.userOf(sending, name) === null);
}

/** Who would have to be friends: the sender with each recipient, under the recipient's name. */
export function neededFriends(
  { account_id, type, from, recipients }: Sending,
  { rules, userOf }: Pick<RuleFacts, 'rules' | 'userOf'>,
): { name: string; pair: UserPair }[] {
  if (type !== 'chat' || rules.get(account_id)?.chatFriendsOnly !== true) return [];
  const sender = userOf({ account_id, type }, from);
  return recipients.flatMap(({ to }) => {
    const recipient = userOf({ account_id, type }, to);
    if (sender === null || recipient === null || sender === recipient) return [];
    return [{ name: to, pair: [sender, recipient] as const }];
  });
}

/** The recipients of chat that would have to be friends of the sender and are not. */
export function notFriends(sending: Sending, facts: RuleFacts): string[] {
  const strangers = neededFriends(sending, facts).filter(({ pair }) => !facts.areFriends(pair));
  return strangers.map(({ name }) => name);
}

/** Whether the account may send from this address; any user may chat. */
export function isSenderAllowed({ account_id, type, from }: Sending, { rules }: RuleFacts): boolean {
  return type === 'chat' || (rules.get(account_id)?.maySendFrom(from) ?? false);
}

/** The word because of which a text is refused; null when there is none. */
export function blockedWordIn(sending: Sending, { rules }: RuleFacts): string | null {
  const { account_id, type, subject, body } = sending;
  const account = rules.get(account_id);
  if (account === undefined || (type !== 'sms' && type !== 'mms')) return null;
  return account.findBlockedWord(body ?? '') ?? account.findBlockedWord(subject ?? '');
}

/** The positions of recipients who opted out. */
function optedOut(sending: Sending, facts: RuleFacts): number[] {
  return sending.recipients.flatMap(({ to }, index) =>
    facts.consentOf(sending, to) === 'opted_out' ? [index] : [],
  );
}

/** Addresses have no place in errors, which end up in logs. */
function optOutDetail({ type, recipients }: Sending, out: readonly number[]): string {
  const what = type === 'email' ? 'e-mail' : 'texts';
  if (recipients.length === 1) return `the recipient has opted out of ${what}`;
  const places = out.map((index) => index + 1).join(', ');
  return `of the ${recipients.length} recipients, these have opted out of ${what}: number ${places}`;
}
