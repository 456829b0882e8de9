import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import { KEY_REUSED, type Acceptance, type Decision } from './decide.ts';

/**
 * What became of an acceptance. `known`: a message of that id was there already. `contested`: another request took
 * the key meanwhile. `unstorable`: the database refuses what it says.
 */
export type Fate = 'stored' | 'known' | 'contested' | 'unstorable';

/** What is known after the commit. */
export interface Aftermath {
  fates: ReadonlyMap<Acceptance, Fate>;
  /** Messages that were there already, by id. */
  known: ReadonlyMap<MessageId, Message>;
}

const UNSTORABLE: AcceptReply = {
  outcome: 'refused',
  code: 'validation_failed',
  detail: 'the message says something that cannot be stored',
};

/** The reply to each item; null where it must be decided again, because another request was faster. */
export function answer(
  items: readonly AcceptItem[],
  decisions: readonly Decision[],
  aftermath: Aftermath,
): (AcceptReply | null)[] {
  return decisions.map((decision, index) => {
    const item = items[index];
    return item === undefined ? null : answerOne(item, decision, aftermath);
  });
}

function answerOne(item: AcceptItem, decision: Decision, aftermath: Aftermath): AcceptReply | null {
  switch (decision.kind) {
    case 'replay':
      return accepted(item, decision.messages);
    case 'accept':
      return answerAcceptance(item, decision, aftermath);
    case 'follow': {
      const led = answerAcceptance(item, decision.leader, aftermath);
      if (led?.outcome !== 'accepted') return null;
      return decision.same ? led : { outcome: 'refused', ...KEY_REUSED };
    }
    case 'refuse': {
      // Asked twice, and the rules changed in between: what was accepted stays accepted.
      const known = knownOf(item, aftermath);
      if (known !== null) return accepted(item, known);
      return { outcome: 'refused', code: decision.code, detail: decision.detail };
    }
  }
}

function answerAcceptance(
  item: AcceptItem,
  acceptance: Acceptance,
  aftermath: Aftermath,
): AcceptReply | null {
  const { messages } = acceptance;
  const fate = aftermath.fates.get(acceptance);
  if (fate === 'unstorable') return UNSTORABLE;
  if (fate === 'stored') return accepted(item, messages);
  if (fate === 'known') return accepted(item, knownOf(item, aftermath) ?? messages);
  return null;
}

/** The messages of an earlier request for the same; null when there was none. */
function knownOf({ recipients }: AcceptItem, { known }: Aftermath): Message[] | null {
  const messages = recipients.flatMap(({ id }) => known.get(id) ?? []);
  return messages.length === recipients.length ? messages : null;
}

/** The same messages asked for again by their ids are no replay: their asker has had no answer yet. */
function accepted(item: AcceptItem, messages: Message[]): AcceptReply {
  return { outcome: 'accepted', messages, replayed: messages[0]?.id !== item.recipients[0]?.id };
}
