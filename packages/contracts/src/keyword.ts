import { z } from 'zod';

/** What somebody asks for with a text that is a keyword and nothing else. */
export const keyword = z.enum(['stop', 'start', 'yes', 'help']);
export type Keyword = z.infer<typeof keyword>;

const WORDS: Readonly<Record<Keyword, readonly string[]>> = {
  stop: [
    'stop',
    'stop all',
    'stopall',
    'unsubscribe',
    'cancel',
    'end',
    'quit',
    'revoke',
    'opt out',
    'optout',
  ],
  start: ['start', 'unstop'],
  yes: ['yes'],
  help: ['help', 'info'],
};
const KEYWORDS: ReadonlyMap<string, Keyword> = new Map(
  keyword.options.flatMap((name) => WORDS[name].map((word) => [word, name] as const)),
);

/** No keyword needs more, however much is put around it. */
const MAX_CHARACTERS = 100;
const WORD = /[\p{L}\p{N}]+/gu;
/** Zero-width spaces, soft hyphens and the like: nobody sees them inside a word. */
const INVISIBLE = /\p{Cf}/gu;

/**
 * The keyword that a text is; null when it is none, or says more than that. Neither case nor width of the letters
 * counts, nor whatever stands around or between words that is no letter or digit.
 */
export function keywordIn(text: string | null): Keyword | null {
  if (text === null || text.length > MAX_CHARACTERS) return null;
  return KEYWORDS.get(wordsOf(text).join(' ')) ?? null;
}

/** Most words of a text in which a single word such as CANCEL is likely to be meant for whoever sends. */
const FEW_WORDS = 4;
const ASKS_OUT =
  /\b(?:unsubscribe|stopall|opt(?:ed|ing)?[ -]?(?:me[ -])?out|revoke (?:my )?consent|remove me|take me off|leave me alone|lose my number|(?:stop|quit|don['’]?t|do not|never|no more) (?:sending|texting|messaging|contacting|calling|writing|texts?|messages?|contact|call|write|send|sms))\b/i;

/**
 * Whether a text that is no keyword seems to ask for no more messages, in words of its own. It may be wrong either way:
 * it is for people to look at.
 */
export function seemsToOptOut(text: string | null): boolean {
  if (text === null || keywordIn(text) !== null) return false;
  if (ASKS_OUT.test(text)) return true;
  if (text.length > MAX_CHARACTERS) return false;
  const words = wordsOf(text);
  return words.length <= FEW_WORDS && words.some((word) => KEYWORDS.get(word) === 'stop');
}

function wordsOf(text: string): string[] {
  return text.normalize('NFKC').replaceAll(INVISIBLE, '').toLowerCase().match(WORD) ?? [];
}
