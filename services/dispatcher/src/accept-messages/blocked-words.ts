/** What belongs to a word; a letter's marks may be code points of their own. */
const IN_WORD = String.raw`[\p{L}\p{M}\p{N}_]`;
const SPECIAL = /[\\^$.*+?()[\]{}|/]/g;

/** Finds the first of some words in a text; null when none is in it. */
export type FindBlockedWord = (text: string) => string | null;

/**
 * Makes the search for words as whole words, in any case and in composed or decomposed form: `stop` is found in
 * "Please STOP!" and "non-stop", not in "stopped".
 */
export function blockedWordFinder(words: readonly string[]): FindBlockedWord {
  const wanted = words.map((word) => word.normalize('NFC').trim()).filter((word) => word !== '');
  if (wanted.length === 0) return () => null;
  const any = wanted.map((word) => word.replaceAll(SPECIAL, String.raw`\$&`)).join('|');
  const pattern = new RegExp(`(?<!${IN_WORD})(?:${any})(?!${IN_WORD})`, 'iu');
  return (text) => pattern.exec(text.normalize('NFC'))?.[0] ?? null;
}
