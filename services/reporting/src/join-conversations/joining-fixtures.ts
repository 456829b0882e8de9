import {
  accountId,
  conversationIdOf,
  newRowId,
  newUserId,
  type ConversationId,
  type Participant,
  type UserId,
} from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { NO_CONDITIONS } from '@parley/contracts/requests/query-messages';
import { inTransaction } from '@parley/platform/db';
import type { AddressOwner } from '@parley/platform/directory';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { knowledgeOfMessage } from '../project-messages/decide.ts';
import { addKnowledge } from '../project-messages/store.ts';
import { conversationLister } from '../query-conversations/handler.ts';
import { messageLister } from '../query-messages/handler.ts';
import { followOwners } from './follow-owners.ts';
import { joinSome } from './join.ts';

const ACCOUNT = accountId.parse('acme');
export const PHONE = '+12125550101';
export const MAILBOX = 'bugs@acme.test';
export const US = '+12125550199';
export const [bugs, duck] = [newUserId(), newUserId()];
/** One phone, of before it was theirs and after, and their mailbox. */
export const stranger: Participant = { address: PHONE, user_id: null };
export const asBugs: Participant = { address: PHONE, user_id: bugs };
export const mail: Participant = { address: MAILBOX, user_id: bugs };

/** A second of the day on which everything happens. */
export const at = (second: number): string => `2026-01-15T10:00:${String(second).padStart(2, '0')}.000Z`;

/** What makes the messages of a test, whole, out of what is known of them. */
type Builder = (known: Partial<Message>) => Message;

/** Makes messages that came in at a second, of the conversation that the two have. */
export const hearing =
  (aMessage: Builder) =>
  (second: number, from: Participant, to: Participant = { address: US, user_id: null }): Message =>
    aMessage({
      account_id: ACCOUNT,
      direction: 'inbound',
      status: 'received',
      type: from.address.includes('@') ? 'email' : 'sms',
      from: from.address,
      from_user_id: from.user_id,
      to: to.address,
      to_user_id: to.user_id,
      timestamp: at(second),
      created_at: at(second),
      conversation_id: conversationIdOf(ACCOUNT, [from, to]),
    });

const PAGE = { style: 'keyset', after: null, limit: 50 } as const;

/** Projections beside a directory of which the test says what it knows. */
export function startJoining(db: Kysely<ReportingTables>) {
  let owners: AddressOwner[] = [];
  const directory = {
    addressOwners: async (after: Pick<AddressOwner, 'changed_at' | 'id'>, limit: number) =>
      owners.filter(({ changed_at }) => changed_at > after.changed_at).slice(0, limit),
    userNames: async () => new Map([[bugs, 'bugs']]),
  };
  const follow = followOwners(db, directory);
  return {
    directory,
    /** Says that an address is a user's from a second on, or was it up to another. */
    own: (address: string, user_id: UserId, since: number, until: number | null = null): void => {
      const before = owners.find((one) => one.address === address && one.until === null);
      const id = before?.id ?? newRowId();
      const times = { since: at(since), until: until === null ? null : at(until) };
      // The directory's clock is that of today.
      const changed_at = new Date().toISOString();
      const owner = { id, account_id: ACCOUNT, address, user_id, ...times, changed_at };
      owners = [...owners.filter((one) => one.id !== id), owner];
    },
    project: (...messages: Message[]): Promise<void> =>
      inTransaction(db, (trx) => addKnowledge(trx, messages.map(knowledgeOfMessage))),
    /** Learns what the directory knows, and joins until nothing is left to join. */
    joinAll: async (): Promise<void> => {
      await follow();
      while (await joinSome(db, refusing, new AbortController().signal));
    },
    conversations: async (wanted: { id?: ConversationId; participant?: string[] } = {}) => {
      const query = { account_id: ACCOUNT, id: null, participant: null, page: PAGE, ...wanted };
      const [found] = await conversationLister(db, directory)([query]);
      return found?.rows ?? [];
    },
    /** The ids of a conversation's messages, newest first. */
    messagesOf: async (conversation_id: ConversationId): Promise<string[]> => {
      const filter = { ...NO_CONDITIONS, conversation_id };
      const [found] = await messageLister(db, async () => [])([
        { account_id: ACCOUNT, filter, order: 'desc', page: PAGE },
      ]);
      return found?.rows.map(({ id }) => id) ?? [];
    },
  };
}

const refusing = {
  error: (_: unknown, what?: string): void => {
    throw new Error(what);
  },
};
