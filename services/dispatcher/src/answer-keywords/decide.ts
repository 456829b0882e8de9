import type { ConsentEntry, ConsentState } from '@parley/contracts/consent';
import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { formatMessageId, type AccountId, type MessageId } from '@parley/contracts/ids';
import type { Keyword } from '@parley/contracts/keyword';
import { STANDARD_KEYWORD_SETTINGS, type KeywordSettings } from '@parley/contracts/keyword-settings';

/** What a keyword does: it changes who may be written to, or asks for help. */
export type KeywordEffect = ConsentState | 'help';

/** What is known of somebody before keywords of theirs are decided on. */
export interface Standing {
  /** The line of the ledger that counts; null = there is none. */
  latest: Pick<ConsentEntry, 'id' | 'state' | 'received_at'> | null;
  /** Answers to them within the last hour: on a change of their consent, and with help. */
  answered: Answered;
}

/** Counts of answers. */
export interface Answered {
  consent: number;
  help: number;
}

/** What deciding on keywords needs. */
export interface KeywordFacts {
  /** Of every account that is there. */
  settings: ReadonlyMap<AccountId, KeywordSettings>;
  /** By `personOf`; of somebody who is not in it nothing is known. */
  standings: ReadonlyMap<string, Standing>;
  /** Those of the keywords that were decided on before. */
  handled: ReadonlySet<MessageId>;
  /** Epoch ms. */
  now: number;
}

/** What becomes of a keyword. */
export type Decision = Acted | Ignored;

/** A keyword that means something. */
export interface Acted {
  fact: KeywordReceived;
  effect: KeywordEffect;
  /** What it adds to the ledger; null for help. */
  line: ConsentEntry | null;
  /** Whether it is answered. */
  answer: boolean;
}

/** A word like any other when it came in, whatever it would be later. */
interface Ignored {
  fact: KeywordReceived;
  effect: 'none';
  line: null;
  answer: false;
}

/** Most answers to one person within an hour: two machines that answer each other must come to an end. */
export const MAX_ANSWERS: Answered = { consent: 10, help: 5 };

/** How long after a keyword came in it is still answered, ms. It counts however late it is. */
const ANSWERED_WITHIN_MS = 15 * 60_000;

/** Who said a keyword: an address in an account. */
export function personOf({ account_id, from }: Pick<KeywordReceived, 'account_id' | 'from'>): string {
  return `${from}\n${account_id}`;
}

/** What a keyword does in an account; null where it is a word like any other. */
export function effectOf(
  keyword: Keyword,
  { yes_starts }: Pick<KeywordSettings, 'yes_starts'>,
): KeywordEffect | null {
  switch (keyword) {
    case 'stop':
      return 'opted_out';
    case 'start':
      return 'opted_in';
    case 'yes':
      return yes_starts ? 'opted_in' : null;
    case 'help':
      return 'help';
  }
}

/**
 * Decides on keywords, each once, in the order in which they came in. Every STOP and START is a line of the ledger; it
 * is answered if it is the latest of its person and changes whether they may be written to. HELP is answered each time.
 */
export function decide(keywords: readonly KeywordReceived[], facts: KeywordFacts): Decision[] {
  const standings = new Map(facts.standings);
  const seen = new Set(facts.handled);
  return keywords.toSorted(byTime).flatMap((fact): Decision[] => {
    const settings = facts.settings.get(fact.account_id);
    const effect = effectOf(fact.keyword, settings ?? STANDARD_KEYWORD_SETTINGS);
    if (seen.has(fact.message_id)) return [];
    seen.add(fact.message_id);
    if (effect === null) return [{ fact, effect: 'none', line: null, answer: false }];
    const person = personOf(fact);
    const before = standings.get(person) ?? { latest: null, answered: { consent: 0, help: 0 } };
    const line = effect === 'help' ? null : lineOf(fact, effect);
    const isNews = line === null || isChange(before.latest, line);
    const kind = line === null ? 'help' : 'consent';
    const isInTime = facts.now - Date.parse(fact.received_at) <= ANSWERED_WITHIN_MS;
    const mayAnswer = settings?.answers === true && isInTime && before.answered[kind] < MAX_ANSWERS[kind];
    const answer = isNews && mayAnswer;
    standings.set(person, {
      latest: line !== null && isLater(line, before.latest) ? line : before.latest,
      answered: { ...before.answered, [kind]: before.answered[kind] + (answer ? 1 : 0) },
    });
    return [{ fact, effect, line, answer }];
  });
}

function lineOf(fact: KeywordReceived, state: ConsentState): ConsentEntry {
  const { message_id, account_id, from, body, received_at } = fact;
  return {
    // Its own: however often a keyword comes, it is one line.
    id: message_id,
    account_id,
    type_class: 'sms',
    address: from,
    state,
    source: 'keyword',
    evidence: `${formatMessageId(message_id)}: ${body}`,
    received_at,
  };
}

/** Who was never asked may be written to, but has not said so: START is news to them, and so is STOP. */
function isChange(latest: Standing['latest'], line: ConsentEntry): boolean {
  return isLater(line, latest) && latest?.state !== line.state;
}

type Placed = Pick<ConsentEntry, 'id' | 'received_at'>;

function isLater(one: Placed, other: Placed | null): boolean {
  if (other === null) return true;
  return one.received_at === other.received_at ? one.id > other.id : one.received_at > other.received_at;
}

function byTime(one: KeywordReceived, other: KeywordReceived): number {
  const [first, second] = [one, other].map(({ message_id, received_at }) => `${received_at} ${message_id}`);
  if (first === second) return 0;
  return first !== undefined && second !== undefined && first < second ? -1 : 1;
}
