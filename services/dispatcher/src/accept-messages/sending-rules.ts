import { parseAddress, type Address } from '@parley/contracts/address';
import type { AccountDirectory } from '@parley/platform/directory';
import { blockedWordFinder, type FindBlockedWord } from './blocked-words.ts';

/** What an account may send, ready to be asked for every message. */
export interface SendingRules {
  maySendFrom(address: string): boolean;
  findBlockedWord: FindBlockedWord;
  /** Whether users may chat with their friends only. */
  chatFriendsOnly: boolean;
}

const ANY_ADDRESS = '*';
const known = new WeakMap<AccountDirectory, SendingRules>();

/** The rules of an account; made once for each copy of its directory. */
export function sendingRules(account: AccountDirectory): SendingRules {
  const made = known.get(account) ?? makeRules(account);
  known.set(account, made);
  return made;
}

function makeRules({ senders, blocked_words, chat_friends_only }: AccountDirectory): SendingRules {
  const allowed = new Set(senders.map(entry));
  return {
    maySendFrom: (address) => {
      const sender = parseAddress(address);
      if (sender === null) return false;
      return allowed.has(entry(sender)) || allowed.has(entry({ kind: sender.kind, address: ANY_ADDRESS }));
    },
    findBlockedWord: blockedWordFinder(blocked_words),
    chatFriendsOnly: chat_friends_only,
  };
}

function entry({ kind, address }: Address): string {
  return `${kind} ${address}`;
}
