import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { keywordIn, seemsToOptOut } from './keyword.ts';

describe('a text that is a keyword and nothing else', () => {
  test.each([
    ['STOP', 'stop'],
    ['stop', 'stop'],
    ['  Stop.\n', 'stop'],
    ['"STOP!"', 'stop'],
    ['“stop”', 'stop'],
    ['«STOP»', 'stop'],
    ['ＳＴＯＰ', 'stop'],
    ['ſtop', 'stop'],
    ['STOP 🛑', 'stop'],
    ['STOP\u200b', 'stop'],
    ['ST\u200bO\u00adP', 'stop'],
    ['STOPALL', 'stop'],
    ['stop  all', 'stop'],
    ['UNSUBSCRIBE', 'stop'],
    ['Cancel', 'stop'],
    ['END', 'stop'],
    ['quit', 'stop'],
    ['REVOKE', 'stop'],
    ['OPTOUT', 'stop'],
    ['opt out', 'stop'],
    ['Opt-Out', 'stop'],
    ['START', 'start'],
    ['unstop', 'start'],
    ['Yes!', 'yes'],
    ['HELP?', 'help'],
    ['info', 'help'],
  ] as const)('%j is %s', (text, keyword) => {
    expect(keywordIn(text)).toBe(keyword);
    expect(seemsToOptOut(text)).toBe(false);
  });

  test('is one however it is written and whatever is put around it', () => {
    const around = fc.string({
      unit: fc.constantFrom(' ', '\n', '.', '!', '"', '’', '”', '-', '👍', '\u00a0'),
    });
    fc.assert(
      fc.property(
        around,
        around,
        fc.constantFrom('stop', 'STOP', 'sToP', 'ｓｔｏｐ'),
        (before, after, word) => {
          fc.pre(before.length + after.length < 90);
          expect(keywordIn(before + word + after)).toBe('stop');
        },
      ),
    );
  });
});

describe('a text that is more than a keyword', () => {
  test.each([
    null,
    '',
    '…',
    'STOPP',
    'STOP PLEASE',
    'please stop',
    'non-stop',
    's t o p',
    'started',
    'yes please',
    'HELP me',
    `STOP${'!'.repeat(200)}`,
  ])('%j is none', (text) => {
    expect(keywordIn(text)).toBeNull();
  });
});

describe('what seems to ask for no more messages', () => {
  test.each([
    'STOP PLEASE',
    'please opt me out',
    'Please stop',
    'Cancel this please',
    'I would like to unsubscribe from this list, thank you very much',
    'You should stop texting me at night, I have told you before',
    'Remove me from whatever list this is, I never asked for it',
    'For the last time, do not contact this number again',
    'don’t text me',
    'take me off your list and do it now, please',
    'I have opted out three times already, what is this',
  ])('%j', (text) => {
    expect(seemsToOptOut(text)).toBe(true);
  });

  test.each([
    null,
    '',
    'Hello',
    'YES',
    'Where is the bus stop nearest to the station?',
    'The weekend was great, thank you for everything',
    'I will cancel my dentist tomorrow and come over',
  ])('but not %j', (text) => {
    expect(seemsToOptOut(text)).toBe(false);
  });

  test('costs little however long and strange a text is', () => {
    for (const unit of ['!', 'stop ', 'opt ', "don't ", '\ufdfa']) {
      const text = unit.repeat(4_096 / unit.length);
      expect(typeof seemsToOptOut(text)).toBe('boolean');
      expect(keywordIn(text)).toBeNull();
    }
  });
});
