import { hash } from 'node:crypto';
import type { AccountId } from '@parley/contracts/ids';

/** A text with fewer characters (UTF-16 units) than this has no grams: it cannot be looked up. */
export const GRAM_LENGTH = 3;

const ASCII = /^[\0-\x7f]*$/;
const CAPITAL_I_WITH_DOT = 'İ';

/**
 * A text without capitals, each code point by itself: as PostgreSQL's `lower(… collate pg_c_utf8)` has it, so that
 * what it finds in a text is in this text's grams.
 */
export function fold(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase();
  let folded = '';
  for (const point of text) folded += foldPoint(point);
  return folded;
}

function foldPoint(point: string): string {
  if (point === CAPITAL_I_WITH_DOT) return 'i';
  return point.toLowerCase();
}

/**
 * What a text of an account is found by: every three characters that follow each other, whatever they are, as one
 * number (32 bits) together with the account. Each once, in order. Different ones may give the same number.
 */
export function gramsOf(account: AccountId, texts: readonly (string | null)[]): number[] {
  const start = hashOf(account);
  const folded = texts.flatMap((text) => (text === null ? [] : fold(text)));
  const all = new Int32Array(
    folded.reduce((sum, { length }) => sum + Math.max(0, length - GRAM_LENGTH + 1), 0),
  );
  let count = 0;
  for (const text of folded)
    for (let at = 0; at + GRAM_LENGTH <= text.length; at += 1, count += 1)
      all[count] = gramAt(text, at, start);
  all.sort();
  return distinct(all);
}

function gramAt(text: string, at: number, start: number): number {
  let gram = start;
  for (let index = at; index < at + GRAM_LENGTH; index += 1) {
    gram = Math.imul(gram ^ text.charCodeAt(index), 0x85_eb_ca_6b);
    gram ^= gram >>> 15;
  }
  return gram;
}

function distinct(sorted: Int32Array): number[] {
  const found: number[] = [];
  let last: number | undefined;
  for (const gram of sorted) if (gram !== last) found.push((last = gram));
  return found;
}

const hashes = new Map<AccountId, number>();
const MAX_REMEMBERED = 1_000;

function hashOf(account: AccountId): number {
  const known = hashes.get(account);
  if (known !== undefined) return known;
  const made = Buffer.from(hash('sha256', account, 'hex'), 'hex').readInt32BE();
  if (hashes.size >= MAX_REMEMBERED) hashes.clear();
  hashes.set(account, made);
  return made;
}
