import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { countSegments, ucs2Characters } from './count-segments.ts';

const BASIC = [
  ...'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿',
  ...'abcdefghijklmnopqrstuvwxyzäöñüà',
];
const EXTENSION = [...'^{}\\[~]|€\f'];

const many = (count: number, text = 'a') => text.repeat(count);

describe('a text of the GSM-7 alphabet', () => {
  test.each([
    ['nothing', '', 1],
    ['160 characters', many(160), 1],
    ['161 characters', many(161), 2],
    ['306 characters', many(306), 2],
    ['307 characters', many(307), 3],
    ['80 extension characters', many(80, '€'), 1],
    ['81 extension characters', many(81, '€'), 2],
    ['an extension character that ends a part', `${many(151)}€${many(152)}`, 2],
    ['an extension character that would be split, in front of 151', `${many(152)}€${many(151)}`, 2],
    ['an extension character that would be split, in front of 152', `${many(152)}€${many(152)}`, 3],
    ['a line break of two characters within 160', `${many(158)}\r\n`, 1],
    ['a line break of two characters beyond 160', `${many(159)}\r\n`, 2],
  ])('%s', (_, text, segments) => {
    expect(countSegments(text)).toEqual({ encoding: 'GSM-7', segments });
  });

  test('may hold any of its 127 printable characters and 10 extension characters', () => {
    expect(BASIC).toHaveLength(127);
    for (const character of [...BASIC, ...EXTENSION])
      expect([character, countSegments(character).encoding]).toEqual([character, 'GSM-7']);
    for (const character of BASIC) expect(countSegments(many(160, character)).segments).toBe(1);
    for (const character of EXTENSION) {
      expect(countSegments(many(80, character)).segments).toBe(1);
      expect(countSegments(many(81, character)).segments).toBe(2);
    }
  });
});

describe('a text with another character', () => {
  test.each([
    ['70 units', many(70, 'я'), 1],
    ['71 units', many(71, 'я'), 2],
    ['134 units', many(134, 'я'), 2],
    ['135 units', many(135, 'я'), 3],
    ['35 surrogate pairs', many(35, '😀'), 1],
    ['36 surrogate pairs', many(36, '😀'), 2],
    ['a surrogate pair that would be split', `${many(66, 'я')}😀${many(66, 'я')}`, 3],
    ['a surrogate pair that ends a part', `${many(65, 'я')}😀${many(67, 'я')}`, 2],
    ['160 characters, one of them outside the alphabet', `${many(159)}\``, 3],
  ])('%s', (_, text, segments) => {
    expect(countSegments(text)).toEqual({ encoding: 'UCS-2', segments });
  });

  test.each(['`', '“', '’', '—', '…', 'ç', 'á', 'í', 'ó', 'ú', '😀', '\t', '\u001b', '\u00a0', '₭'])(
    '%j is outside the alphabet, alone and among others',
    (character) => {
      expect(countSegments(character).encoding).toBe('UCS-2');
      expect(countSegments(`a${character}z`).encoding).toBe('UCS-2');
      expect(ucs2Characters(`a${character}z${character}`)).toEqual([character]);
    },
  );
});

test('the characters outside the alphabet are told once each, in their order, pairs as one', () => {
  expect(ucs2Characters('“Ça va?” 😀😀 – €5 😀')).toEqual(['“', '”', '😀', '–']);
  expect(ucs2Characters('plain')).toEqual([]);
});

/** Any text, rich in what makes a difference. */
const texts = fc
  .array(
    fc.oneof(
      fc.constantFrom(...BASIC, ...EXTENSION, 'я', '😀'),
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.tuple(fc.constantFrom('a', '€', 'я', '😀'), fc.nat(200)).map(([unit, count]) => many(count, unit)),
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

/** The parts of a text as a sender would cut it, character by character. */
function cut(text: string): string[] {
  const isGsm = ucs2Characters(text).length === 0;
  const size = (part: string) =>
    isGsm ? [...part].reduce((sum, one) => sum + (EXTENSION.includes(one) ? 2 : 1), 0) : part.length;
  if (size(text) <= (isGsm ? 160 : 70)) return [text];
  const parts = [''];
  for (const character of text) {
    const last = parts.at(-1) ?? '';
    if (size(last + character) > (isGsm ? 153 : 67)) parts.push(character);
    else parts[parts.length - 1] = last + character;
  }
  return parts;
}

describe('any text', () => {
  test('takes as many segments as cutting it between characters makes', () => {
    fc.assert(fc.property(texts, (text) => expect(countSegments(text).segments).toBe(cut(text).length)));
  });

  test('is UCS-2 exactly when it has characters outside GSM-7', () => {
    fc.assert(
      fc.property(texts, (text) =>
        expect(countSegments(text).encoding).toBe(ucs2Characters(text).length === 0 ? 'GSM-7' : 'UCS-2'),
      ),
    );
  });

  test('never gets shorter by going on', () => {
    fc.assert(
      fc.property(texts, texts, (text, more) =>
        expect(countSegments(text + more).segments).toBeGreaterThanOrEqual(countSegments(text).segments),
      ),
    );
  });
});
