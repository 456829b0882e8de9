import { randomInt } from 'node:crypto';

const DIGITS = '0123456789';
const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const BASE36 = DIGITS + LOWER;
const BASE62 = BASE36 + LOWER.toUpperCase();

/** A new API key: `parley_live_<id>_<secret>`, the secret being 40 characters of base 62 (238 random bits). */
export function makeKey(): { id: string; key: string } {
  const id = pick(BASE36, 12);
  return { id, key: `parley_live_${id}_${pick(BASE62, 40)}` };
}

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');
}
