import { UNSUBSCRIBE, UNSUBSCRIBE_PATH, writeUnsubscription } from '@parley/contracts/unsubscribe';
import type { Keyring } from '@parley/platform/secrets';
import type { OutgoingMessage } from '@parley/providers/provider';
import type { Claimed } from './claim.ts';

/** A claimed message as its provider is asked to send it. */
export type ToOutgoing = (claimed: Claimed) => OutgoingMessage;

export interface UnsubscribeOptions {
  keyring: Pick<Keyring, 'toToken'>;
  /** Where the API is reached from outside, without a trailing slash; absent = nowhere, and there are no links. */
  publicUrl: string | undefined;
}

/**
 * Makes the function that gives marketing by e-mail the link to end it with. Nothing is stored for that, and the link is
 * the same in every call for a message as long as the newest key and `publicUrl` are: after a change of either a
 * provider that honours idempotency keys may see another message under a key that it knows.
 */
export function unsubscribeLinks({ keyring, publicUrl }: UnsubscribeOptions): ToOutgoing {
  if (publicUrl === undefined) return (claimed) => claimed;
  return (claimed) => {
    if (claimed.category !== 'marketing' || claimed.type !== 'email') return claimed;
    const { id: message_id, account_id, to: address } = claimed;
    const wish = writeUnsubscription({ account_id, type_class: 'email', address, message_id });
    const unsubscribe_url = `${publicUrl}${UNSUBSCRIBE_PATH}/${keyring.toToken(wish, UNSUBSCRIBE)}`;
    return { ...claimed, unsubscribe_url };
  };
}
