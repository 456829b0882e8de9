import { z } from 'zod';
import { fitsType, parseAddress, type Address } from '../address.ts';
import type { MessageType } from '../message-type.ts';
import { text } from '../text.ts';
import { isUserName } from '../user-name.ts';

/** Who a client names: a short name may be that of a sender as well as that of a user. */
export interface Party {
  /** Null when it is no address. */
  address: Address | null;
  /** Null when nobody can be called so. */
  user_name: string | null;
}

/** Reads a `from` or `to`; refuses what is nobody's. */
export const party = text.transform((value, context): Party => {
  const address = parseAddress(value);
  const name = value.trim();
  const user_name = isUserName(name) ? name : null;
  if (address !== null || user_name !== null) return { address, user_name };
  context.addIssue({
    code: 'custom',
    message: 'is neither a phone number (E.164) nor an e-mail address nor a name',
  });
  return z.NEVER;
});

/** How a message of the type calls the party; null when the party does not fit the type. */
export function nameOfParty(
  { address, user_name }: Party,
  type: MessageType,
  role: 'from' | 'to',
): string | null {
  if (type === 'chat') return user_name;
  return address !== null && fitsType(address.kind, type, role) ? address.address : null;
}
