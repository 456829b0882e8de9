import { describe, expect, test } from '@jest/globals';
import { MAX_FACTS, MAX_FACTS_BYTES, type FactContract, type WorkContract } from '@parley/contracts/contract';
import fc from 'fast-check';
import { z } from 'zod';
import { decode } from './envelope.ts';
import { factsSchema, factsTexts, workSchema, workText } from './payloads.ts';

const fact = z.object({ text: z.string() });
const contract: FactContract<z.infer<typeof fact>> = { subject: 'event.test.v1', version: 1, fact };

describe('facts', () => {
  const read = (text: string) => decode(factsSchema(contract), text).facts;

  test('whatever there is to tell comes out the same, in order, in messages that are not too large', () => {
    const texts = fc.array(fc.string({ unit: 'binary', maxLength: 200 }), { maxLength: 500 });
    fc.assert(
      fc.property(texts, fc.nat(2_000), (given, repeated) => {
        const facts = given.map((text) => ({ text: text.repeat(repeated).slice(0, 100_000) }));
        const messages = factsTexts(contract, facts);
        expect(messages.flatMap(read)).toEqual(facts);
        for (const message of messages) {
          expect(read(message).length).toBeLessThanOrEqual(MAX_FACTS);
          // The envelope and the commas come on top; one fact may be larger by itself.
          const fits = Buffer.byteLength(message) <= MAX_FACTS_BYTES + 500;
          expect(fits || read(message).length === 1).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('as few messages as can be are made', () => {
    const facts = Array.from({ length: 2 * MAX_FACTS }, () => ({ text: 'x' }));
    expect(factsTexts(contract, facts)).toHaveLength(2);
    expect(factsTexts(contract, [])).toEqual([]);
  });

  test('a fact that is too large goes alone', () => {
    const sizes = [1, MAX_FACTS_BYTES, 1].map((length) => ({ text: 'x'.repeat(length) }));
    expect(factsTexts(contract, sizes).map((message) => read(message).length)).toEqual([1, 1, 1]);
  });

  test('of another version cannot be read', () => {
    const [text = ''] = factsTexts({ ...contract, version: 2 }, [{ text: 'x' }]);
    expect(() => read(text)).toThrow('v: ');
  });
});

test('work comes out as it went in', () => {
  const work = z.object({ message_id: z.string() });
  const sending: WorkContract<z.infer<typeof work>> = { subject: () => 'work.test', version: 3, work };
  const text = workText(sending, { message_id: 'm' });
  expect(decode(workSchema(sending), text)).toEqual({ v: 3, work: { message_id: 'm' } });
});
