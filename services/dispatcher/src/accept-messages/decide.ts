import type { AccountId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem, Idempotency } from '@parley/contracts/requests/accept-messages';
import { refusalOf, type Refusal, type RuleFacts } from './apply-rules.ts';
import { newMessages, type OutboundMessage, type SendingChoices } from './new-message.ts';

/** What an unexpired idempotency key stands for. */
export interface KeyRecord {
  /** SHA-256, hex. */
  fingerprint: string;
  /** The messages as first answered. */
  answer: Message[];
}

/** Everything that deciding on a batch needs. */
export interface AcceptFacts extends RuleFacts {
  /** By `keyName`. */
  keys: ReadonlyMap<string, KeyRecord>;
  accepted_at: string;
  /** How long a message may wait to be sent when it does not say so itself, ms. */
  valid_for_ms: number;
}

/** What is to become of one item, unless another request was faster. */
export type Decision =
  | Acceptance
  /** An earlier request with the same key was answered with these messages. */
  | { kind: 'replay'; messages: Message[] }
  /** An earlier item of the same batch is to be accepted with the same key; `same`: and is the same request. */
  | { kind: 'follow'; leader: Acceptance; same: boolean }
  | ({ kind: 'refuse' } & Refusal);

export interface Acceptance {
  kind: 'accept';
  account_id: AccountId;
  /** One for each recipient, in their order. */
  messages: OutboundMessage[];
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
  const refusal = refusalOf(item, facts);
  if (refusal !== null) return { kind: 'refuse', ...refusal };
  const { account_id, priority, on_unknown_outcome, category, idempotency } = item;
  const { accepted_at, valid_for_ms } = facts;
  const userOf = (address: string) => facts.userOf(item, address);
  return {
    kind: 'accept',
    account_id,
    messages: newMessages(item, { accepted_at, valid_for_ms, userOf }),
    choices: { priority, on_unknown_outcome, category },
    idempotency,
  };
}
