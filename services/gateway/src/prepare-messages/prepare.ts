import type { Parsed } from '@parley/contracts/http/field-errors';
import {
  finishDraft,
  NO_SUCH_MESSAGE,
  readDraft,
  undecidedNames,
  type SendMessageRequest,
} from '@parley/contracts/http/send-message';
import type { AccountId, ConversationId, MessageId, UserId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { Caller } from '../authenticate/decide.ts';
import type { Lookup } from '../lookup.ts';
import { invalid } from '../read-fields.ts';
import { findMessage, type Readers } from '../read-message/find.ts';
import { userKey } from './store.ts';

/** A message to send that is valid in itself. */
export interface PreparedMessage {
  request: SendMessageRequest;
  /** That of the message it replies to; null = that of its participants. */
  conversation_id: ConversationId | null;
}

/**
 * Reads bodies as messages to send, each on its own: in their order, what they are or everything that is wrong with
 * them. Asks for users and parents only where a body depends on them. Throws `Unavailable` or `QueueFull`.
 */
export type PrepareMessages = (
  bodies: readonly unknown[],
  account_id: AccountId,
) => Promise<Parsed<PreparedMessage>[]>;

export interface PrepareOptions {
  /** By `userKey`. */
  users: Lookup<UserId>;
  owners: Readers;
}

/** Makes the function that prepares messages. */
export function messagePreparer({ users, owners }: PrepareOptions): PrepareMessages {
  return async (bodies, account_id) => {
    const drafts = bodies.map(readDraft);
    const names = drafts.map((draft) => (draft.ok ? undecidedNames(draft.value) : []));
    const known = await lookUp(names.flat(), (name) => users.find(userKey(account_id, name)));
    const now = Date.now();
    const finished = drafts.map((draft, index) => {
      const wanted = names[index] ?? [];
      const users = new Set(wanted.filter((name) => known.get(name) !== null));
      return draft.ok ? finishDraft(draft.value, { users, now }) : draft;
    });
    const parents = finished.flatMap((one) => (one.ok ? (one.value.in_reply_to ?? []) : []));
    const found = await lookUp(parents, (message_id) => findMessage(owners, { account_id, message_id }));
    return finished.map((one) => (one.ok ? place(one.value, found) : one));
  };
}

/** Asks for each different key once. */
async function lookUp<Key, Value>(
  keys: readonly Key[],
  find: (key: Key) => Promise<Value | null>,
): Promise<Map<Key, Value | null>> {
  if (keys.length === 0) return new Map();
  const different = [...new Set(keys)];
  const values = await Promise.all(different.map(find));
  return new Map(different.map((key, index) => [key, values[index] ?? null]));
}

/** Puts a message into the conversation of the one it replies to. */
function place(
  request: SendMessageRequest,
  parents: ReadonlyMap<MessageId, Message | null>,
): Parsed<PreparedMessage> {
  if (request.in_reply_to === null) return { ok: true, value: { request, conversation_id: null } };
  const parent = parents.get(request.in_reply_to) ?? null;
  if (parent === null) return { ok: false, errors: [{ pointer: '#/in_reply_to', detail: NO_SUCH_MESSAGE }] };
  return { ok: true, value: { request, conversation_id: parent.conversation_id } };
}

/** Prepares a single message; throws a `validation_failed` problem that names everything that is wrong with it. */
export async function prepareMessage(
  prepare: PrepareMessages,
  body: unknown,
  { account_id }: Pick<Caller, 'account_id'>,
): Promise<PreparedMessage> {
  const [prepared] = await prepare([body], account_id);
  if (prepared?.ok) return prepared.value;
  throw invalid(prepared?.errors ?? []);
}
