import type { Finding } from '../outcome.ts';
import { isHeld } from './ledgers.ts';
import type { Ledgers, MessageState, ProviderCall, StoredMessage } from './ledgers.ts';

/** What the messages were to come to. */
export interface Promised {
  /** Whether every message that was sent is reported on, so that `sent` is not the end. */
  receipts: boolean;
  /**
   * Which messages are held: exactly those whose call was broken off without an answer, those and more (whoever called
   * was killed), or whichever.
   */
  held: 'broken' | 'broken and more' | 'any';
}

const AFTER_SENT = ['delivered', 'undelivered', 'read'];
const NOT_SENT = ['failed', 'expired', 'canceled'];

/** Whether nothing more will happen to a message by itself. */
export function isSettled(message: MessageState, { receipts }: Pick<Promised, 'receipts'>): boolean {
  const { status } = message;
  const ends = [...AFTER_SENT, ...NOT_SENT, ...(receipts ? [] : ['sent'])];
  return ends.includes(status) || isHeld(message);
}

/** Holds the ledgers against each other, message by message, and says what does not fit. */
export function reconcile(ledgers: Ledgers, promised: Promised): Finding[] {
  const findings = [
    ...compareWithClient(ledgers),
    ...compareWithProviders(ledgers),
    ...judgeEnds(ledgers, promised),
    ...compareHeld(ledgers, promised),
  ];
  return findings.filter(({ ids }) => ids.length > 0).concat(compareCounted(ledgers));
}

function compareWithClient({ answered, unanswered, stored }: Ledgers): Finding[] {
  const known = new Set(stored.map(({ id }) => id));
  const told = new Set(answered);
  const untold = stored.filter(({ id }) => !told.has(id)).map(({ id }) => id);
  return [
    { what: 'lost: answered 202, and not in the database', ids: answered.filter((id) => !known.has(id)) },
    { what: 'answered for two requests', ids: repeated(answered) },
    {
      what: `stored, and more than the ${unanswered} requests that were never answered`,
      ids: untold.length > unanswered ? untold : [],
    },
  ];
}

function compareWithProviders({ stored, calls }: Ledgers): Finding[] {
  const sent = sentIds(calls);
  const sentOnce = new Set(sent);
  const known = new Set(stored.map(({ id }) => id));
  const says = (statuses: readonly string[]) => stored.filter(({ status }) => statuses.includes(status));
  const wasSent = ({ id }: StoredMessage): boolean => sentOnce.has(id);
  return [
    { what: 'sent twice', ids: repeated(sent) },
    { what: 'sent, and not in the database', ids: [...sentOnce].filter((id) => !known.has(id)) },
    {
      what: 'sent or delivered in the database, and never sent by a provider',
      ids: idsOf(says(['sent', ...AFTER_SENT]).filter((message) => !wasSent(message))),
    },
    {
      what: 'not sent says the database, and a provider sent it',
      ids: idsOf(says(NOT_SENT).filter(wasSent)),
    },
    {
      what: 'called for, and not with the id of a message',
      ids: calls.some(({ message }) => message === null) ? ['(see the simulator)'] : [],
    },
  ];
}

function judgeEnds({ stored }: Ledgers, promised: Promised): Finding[] {
  const unsettled = stored.filter((message) => !isSettled(message, promised));
  return [{ what: 'neither at its end nor held', ids: unsettled.map(describe) }];
}

function compareHeld({ stored, calls }: Ledgers, promised: Promised): Finding[] {
  if (promised.held === 'any') return [];
  const held = new Set(idsOf(stored.filter(isHeld)));
  const broken = new Set(
    calls.filter(({ status }) => status === null).flatMap(({ message }) => message ?? []),
  );
  return [
    { what: 'broken off without an answer, and not held', ids: [...broken].filter((id) => !held.has(id)) },
    {
      what: 'held, and every call was answered',
      ids: promised.held === 'broken' ? [...held].filter((id) => !broken.has(id)) : [],
    },
  ];
}

function compareCounted({ stored, counted }: Ledgers): Finding[] {
  if (counted === stored.length) return [];
  return [{ what: `the statistics count ${counted} messages, the database has ${stored.length}`, ids: [] }];
}

function sentIds(calls: readonly ProviderCall[]): string[] {
  return calls.filter(({ sent }) => sent).flatMap(({ message }) => message ?? []);
}

function idsOf(messages: readonly StoredMessage[]): string[] {
  return messages.map(({ id }) => id);
}

function describe({ id, status, status_reason }: StoredMessage): string {
  return `${id} ${status}${status_reason === null ? '' : ` (${status_reason})`}`;
}

function repeated(ids: readonly string[]): string[] {
  const seen = new Set<string>();
  return ids.filter((id) => seen.has(id) || !seen.add(id));
}
