import { expect, test } from '@jest/globals';
import { newMessageId } from '@parley/contracts/ids';
import { aMessage, anAcceptItem, ANY_ACCOUNT } from '@parley/testkit';
import fc from 'fast-check';
import type { Acceptance } from './decide.ts';
import { asStored } from '../testing/rows.ts';
import { inParts, MAX_WEIGHT, weightOf } from './weigh.ts';

const recipients = (count: number) =>
  Array.from({ length: count }, () => ({ id: newMessageId(), to: '+11' }));

function anAcceptance(count: number, characters: number): Acceptance {
  const body = 'a'.repeat(characters);
  return {
    kind: 'accept',
    account_id: ANY_ACCOUNT,
    messages: Array.from({ length: count }, () => asStored(aMessage({ body }))),
    choices: { priority: 'normal', on_unknown_outcome: null, category: 'transactional' },
    idempotency: null,
  };
}

test.each([
  ['a short text to one', 1, 160, 1],
  ['a short text to many', 50, 1_600, 50],
  ['a long text to one', 1, 200_000, 50],
  ['a long text to many', 50, 200_000, 2_500],
])('%s weighs as much as is stored of it', (_, count, characters, weight) => {
  const item = anAcceptItem({ recipients: recipients(count), body: 'a'.repeat(characters) });
  expect(weightOf(item)).toBe(weight);
});

test('a whole batch of texts is one part, whoever they go to', () => {
  const texts = Array.from({ length: 10 }, () => anAcceptance(50, 1_600));
  expect(inParts(texts)).toEqual([texts]);
});

test('parts keep the order and are as heavy as they may be, or one acceptance', () => {
  const sizes = fc.array(fc.tuple(fc.integer({ min: 1, max: 50 }), fc.nat(30_000)), { maxLength: 30 });
  fc.assert(
    fc.property(sizes, (some) => {
      const acceptances = some.map(([count, characters]) => anAcceptance(count, characters));
      const parts = inParts(acceptances);
      expect(parts.flat()).toEqual(acceptances);
      const weights = parts.map((part) =>
        part.reduce(
          (sum, { messages }) => sum + weightOf({ recipients: messages, body: messages[0]?.body ?? null }),
          0,
        ),
      );
      for (const [index, weight] of weights.entries())
        expect(weight <= MAX_WEIGHT || parts[index]?.length === 1).toBe(true);
    }),
    { numRuns: 30 },
  );
});
