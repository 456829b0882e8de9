import type { MessageFact } from '@parley/contracts/facts/message-facts';
import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { progressOf, type MessageStatus } from '@parley/contracts/message-status';

/** Everything that some facts together tell of one message. */
export interface Knowledge {
  id: MessageId;
  /** Null until a fact has told it. Its parts that change are out of date: see `state`. */
  content: Message | null;
  state: State;
}

/** How far a message has come. */
export interface State {
  status: MessageStatus;
  status_reason: string | null;
  round: number;
  /** Of the status: the greater one wins. */
  progress: number;
  provider: ConnectionId | null;
  provider_message_id: string | null;
  /** Of the fact that told the provider, 0 when none has: the greater one wins. */
  provider_progress: number;
  sent_at: string | null;
  delivered_at: string | null;
  read_at: string | null;
  expires_at: string | null;
}

/** A message as far as it is known: its row in the projection, without the columns that are not. */
export type KnownRow = { id: MessageId } & Partial<Message> & State;

/** What one fact tells. */
export function knowledgeOfFact(fact: MessageFact): Knowledge {
  if (fact.kind !== 'message.changed') return knowledgeOfMessage(fact.message);
  return { id: fact.message_id, content: null, state: stateOf(fact) };
}

/** What the owner's record of a message tells. */
export function knowledgeOfMessage(message: Message): Knowledge {
  return { id: message.id, content: message, state: stateOf(message) };
}

/**
 * One piece of knowledge for each message. In whatever order and however often things were told, the result is the
 * same; it is also what the projection makes of them one after the other.
 */
export function collapse(told: readonly Knowledge[]): Knowledge[] {
  const known = new Map<MessageId, Knowledge>();
  for (const next of told) {
    const before = known.get(next.id);
    known.set(next.id, before === undefined ? next : merge(before, next));
  }
  return [...known.values()];
}

/** The row to write. */
export function rowOf({ id, content, state }: Knowledge): KnownRow {
  return { id, ...content, ...state };
}

type Told = Omit<State, 'progress' | 'provider_progress'>;

function stateOf(told: Told): State {
  const progress = progressOf(told.round, told.status);
  return {
    status: told.status,
    status_reason: told.status_reason,
    round: told.round,
    progress,
    provider: told.provider,
    provider_message_id: told.provider_message_id,
    provider_progress: told.provider === null ? 0 : progress,
    sent_at: told.sent_at,
    delivered_at: told.delivered_at,
    read_at: told.read_at,
    expires_at: told.expires_at,
  };
}

function merge(one: Knowledge, two: Knowledge): Knowledge {
  const [less, more] =
    one.state.progress > two.state.progress ? [two.state, one.state] : [one.state, two.state];
  const provider = less.provider_progress > more.provider_progress ? less : more;
  return {
    id: one.id,
    content: one.content ?? two.content,
    state: {
      ...more,
      status_reason:
        less.progress === more.progress ? later(less.status_reason, more.status_reason) : more.status_reason,
      provider: provider.provider,
      provider_message_id: provider.provider_message_id,
      provider_progress: provider.provider_progress,
      sent_at: later(one.state.sent_at, two.state.sent_at),
      delivered_at: later(one.state.delivered_at, two.state.delivered_at),
      read_at: later(one.state.read_at, two.state.read_at),
      expires_at: later(one.state.expires_at, two.state.expires_at),
    },
  };
}

/** The greater of two texts; instants sort as texts too. Null is less than any. */
function later(one: string | null, two: string | null): string | null {
  return one === null || (two !== null && two > one) ? two : one;
}
