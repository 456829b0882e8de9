import type { AccountId } from '@parley/contracts/ids';
import type { Caller } from '../authenticate/decide.ts';

/** Everything that the audit log tells of. */
export const ACTIONS = [
  'account.create',
  'account.change',
  'api_key.create',
  'api_key.revoke',
  'sender.add',
  'sender.remove',
  'user.create',
  'user.change',
  'user.remove',
  'friend.add',
  'friend.remove',
  'connection.create',
  'connection.change',
  'connection.disable',
  'conversation.change',
  'consent.record',
  'message.redrive',
  'message.resolve',
  'dead_letters.redrive',
  'webhook.replay',
] as const;
export type Action = (typeof ACTIONS)[number];

/** Something that somebody did and may be asked about. It holds no secrets. */
export interface Act {
  /** Whose things were changed. */
  account_id: AccountId;
  /** The API key. */
  by: string;
  action: Action;
  /** The id of what it was done to. */
  subject: string;
  details: Record<string, unknown>;
}

/** What this caller does to something of an account, its own unless another is named. */
export function actOf(
  caller: Caller,
  action: Action,
  { account_id = caller.account_id, subject, details = {} }: Pick<Act, 'subject'> & Partial<Act>,
): Act {
  return { account_id, by: caller.key_id, action, subject, details };
}
