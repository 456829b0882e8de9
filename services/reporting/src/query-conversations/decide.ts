import type { Conversation } from '@parley/contracts/conversation';
import type { UserId } from '@parley/contracts/ids';

/** An address that was used in a conversation, and the user to whom it belonged then. */
export interface Participant {
  address: string;
  user_id: UserId | null;
}

/**
 * Who takes part, from the addresses that were used: one entry for each user that still has a name, with all
 * addresses of theirs, by user name; then one for each address that is nobody's, in order.
 */
export function whoTakesPart(
  used: readonly Participant[],
  names: ReadonlyMap<UserId, string>,
): Conversation['participants'] {
  const users = new Map<string, Set<string>>();
  const others = new Set<string>();
  for (const { address, user_id } of used) {
    const name = user_id === null ? undefined : names.get(user_id);
    if (name === undefined) others.add(address);
    else users.set(name, (users.get(name) ?? new Set()).add(address));
  }
  for (const addresses of users.values()) for (const address of addresses) others.delete(address);
  return [
    ...[...users]
      .toSorted(([one], [two]) => (one < two ? -1 : 1))
      .map(([user_name, addresses]) => ({ user_name, addresses: [...addresses].toSorted() })),
    ...[...others].toSorted().map((address) => ({ user_name: null, addresses: [address] })),
  ];
}
