import type { AccountId, UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem, Idempotency, RefusalCode } from '@parley/contracts/requests/accept-messages';
import { newMessages, type SendingChoices } from './new-message.ts';
import type { SendingRules } from './sending-rules.ts';

/** What an unexpired idempotency key stands for. */
export interface KeyRecord {
  /** SHA-256, hex. */
  fingerprint: string;
  /** The messages as first answered. */
  answer: Message[];
}

/** Everything that deciding on a batch needs. */
export interface AcceptFacts {
  /** What each account may send; an account that is not there may send nothing. */
  rules: ReadonlyMap<AccountId, SendingRules>;
  /** By `keyName`. */
  keys: ReadonlyMap<string, KeyRecord>;
  userOf(account: AccountId, address: string): UserId | null;
  accepted_at: string;
  expires_at: string;
}

/** What is to become of one item, unless another request was faster. */
export type Decision =
  | Acceptance
  /** An earlier request with the same key was answered with these messages. */
  | { kind: 'replay'; messages: Message[] }
  /** An earlier item of the same batch is to be accepted with the same key; `same`: and is the same request. */
  | { kind: 'follow'; leader: Acceptance; same: boolean }
  | { kind: 'refuse'; code: RefusalCode; detail: string };

export interface Acceptance {
  kind: 'accept';
  account_id: AccountId;
  /** One for each recipient, in their order. */
  messages: Message[];
  choices: SendingChoices;
  idempotency: Idempotency | null;
}

/** What an idempotency key is known by: keys of different accounts never meet. */
export function keyName(account: AccountId, key: string): string {
  return JSON.stringify([account, key]);
}

/**
 * Decides on the items of a batch one after the other, so that two equal keys in it behave as in two requests:
 * a refused one leaves its key free for the next.
 */
export function decide(items: readonly AcceptItem[], facts: AcceptFacts): Decision[] {
  const leaders = new Map<string, Acceptance>();
  return items.map((item) => {
    const { idempotency } = item;
    if (idempotency === null) return judge(item, facts);
    const name = keyName(item.account_id, idempotency.key);
    const known = decideByKey(idempotency, facts.keys.get(name), leaders.get(name));
    if (known !== null) return known;
    const decision = judge(item, facts);
    if (decision.kind === 'accept') leaders.set(name, decision);
    return decision;
  });
}

/** The reply to a key that was used for another request. */
export const KEY_REUSED = {
  code: 'idempotency_key_reused',
  detail: 'the Idempotency-Key was used before with another body or route',
} as const;

function decideByKey(
  { fingerprint }: Idempotency,
  record: KeyRecord | undefined,
  leader: Acceptance | undefined,
): Decision | null {
  if (record !== undefined)
    return record.fingerprint === fingerprint
      ? { kind: 'replay', messages: record.answer }
      : { kind: 'refuse', ...KEY_REUSED };
  if (leader === undefined) return null;
  return { kind: 'follow', leader, same: leader.idempotency?.fingerprint === fingerprint };
}

function judge(item: AcceptItem, facts: AcceptFacts): Exclude<Decision, { kind: 'replay' | 'follow' }> {
  const rules = facts.rules.get(item.account_id);
  if (!rules?.maySendFrom(item.from))
    return {
      kind: 'refuse',
      code: 'sender_not_allowed',
      detail: `${item.from} is not among the senders of this account`,
    };
  const word = blockedWordIn(item, rules);
  if (word !== null)
    return { kind: 'refuse', code: 'blocked_keyword', detail: `the text contains the word ${word}` };
  const { accepted_at, expires_at } = facts;
  const userOf = (address: string) => facts.userOf(item.account_id, address);
  return {
    kind: 'accept',
    account_id: item.account_id,
    messages: newMessages(item, { accepted_at, expires_at, userOf }),
    choices: { priority: item.priority, on_unknown_outcome: item.on_unknown_outcome },
    idempotency: item.idempotency,
  };
}

function blockedWordIn({ type, subject, body }: AcceptItem, rules: SendingRules): string | null {
  if (type !== 'sms' && type !== 'mms') return null;
  return rules.findBlockedWord(body ?? '') ?? rules.findBlockedWord(subject ?? '');
}
