import {
  conversationIdOf,
  type AccountId,
  type ConversationId,
  type Participant,
} from '@parley/contracts/ids';
import type { AddressOwner } from '@parley/platform/directory';

/** An id and of whom it was made. */
export interface KnownAs {
  id: ConversationId;
  participants: Participant[];
}

/** A conversation as far as it decides with which it belongs together. */
export interface Joinable {
  id: ConversationId;
  account_id: AccountId;
  created_at: string;
  /** Everybody who takes part. */
  participants: Participant[];
  /** The ids by which it is known, its own too; none where that is the only one. */
  known_as: KnownAs[];
  /** Of the addresses that take part, in the order in which they were gained. */
  owners: AddressOwner[];
}

/**
 * All ids that are one conversation with this one, its own too, each with whom it is made of: in place of an address
 * that came to be a user's, the user. Nothing where there is none but its own.
 */
export function idsOf(conversation: Joinable): KnownAs[] {
  const { id, account_id, participants, known_as } = conversation;
  const own = known_as.length > 0 ? known_as : [madeOf(id, account_id, participants)].filter(isKnown);
  const all = new Map(own.map((one) => [one.id, one]));
  for (const one of own)
    for (const next of stepsFrom(one, conversation)) if (!all.has(next.id)) all.set(next.id, next);
  return all.size > 1 ? [...all.values()] : [];
}

/** The ids that messages were given as one address after the other became a user's. */
function stepsFrom(one: KnownAs, { account_id, owners, created_at }: Joinable): KnownAs[] {
  const steps: KnownAs[] = [];
  let { participants } = one;
  for (const { address, user_id } of firstOwners(owners, created_at)) {
    const changed = participants.map((each) =>
      each.user_id === null && each.address === address ? { address, user_id } : each,
    );
    if (changed.every((each, index) => each === participants[index])) continue;
    participants = changed;
    steps.push({ id: conversationIdOf(account_id, participants), participants });
  }
  return steps;
}

/**
 * What was said before an address was lost is its first owner's for good: whoever has it later has no part in it. What
 * began when it was lost is not theirs.
 */
function firstOwners(owners: readonly AddressOwner[], created_at: string): AddressOwner[] {
  const first = new Map<string, AddressOwner>();
  for (const owner of owners)
    if ((owner.until === null || owner.until > created_at) && !first.has(owner.address))
      first.set(owner.address, owner);
  return [...first.values()];
}

/**
 * Of whom an id was made: of everybody, or of two of them where replies brought more. Null when of neither: such a
 * conversation stays as it is.
 */
function madeOf(id: ConversationId, account: AccountId, everybody: Participant[]): KnownAs | null {
  const pairs = everybody.flatMap((one, index) => everybody.slice(index + 1).map((two) => [one, two]));
  const participants = [everybody, ...pairs].find((some) => conversationIdOf(account, some) === id);
  return participants === undefined ? null : { id, participants };
}

function isKnown(one: KnownAs | null): one is KnownAs {
  return one !== null;
}
