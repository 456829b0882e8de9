import { describe, expect, test } from '@jest/globals';
import type { ConsentState } from '@parley/contracts/consent';
import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { accountId, type AccountId, type MessageId } from '@parley/contracts/ids';
import type { Keyword } from '@parley/contracts/keyword';
import { STANDARD_KEYWORD_SETTINGS, type KeywordSettings } from '@parley/contracts/keyword-settings';
import { ANY_ACCOUNT } from '@parley/testkit';
import fc from 'fast-check';
import { aKeyword } from '../testing/keywords.ts';
import { decide, MAX_ANSWERS, personOf, type Decision, type KeywordFacts, type Standing } from './decide.ts';

const NOW = Date.parse('2026-01-15T10:00:00.000Z');
const at = (second: number): string => new Date(NOW + second * 1_000).toISOString();
const said = (keyword: Keyword, second: number, more: Partial<KeywordReceived> = {}): KeywordReceived =>
  aKeyword({ keyword, received_at: at(second), body: keyword, ...more });

function factsWith(
  latest: Standing['latest'],
  { answered, ...settings }: Partial<KeywordSettings & Pick<Standing, 'answered'>> = {},
): KeywordFacts {
  const standing = { latest, answered: answered ?? { consent: 0, help: 0 } };
  return {
    settings: new Map([[ANY_ACCOUNT, { ...STANDARD_KEYWORD_SETTINGS, ...settings }]]),
    standings: new Map([[personOf(aKeyword()), standing]]),
    handled: new Set(),
    now: NOW,
  };
}

const line = (state: ConsentState, second: number) => ({
  id: '00000000-0000-4000-8000-000000000001',
  state,
  received_at: at(second),
});
/** What became of each: the state that it is a line of, and whether it is answered. */
const shown = (decisions: readonly Decision[]) =>
  decisions.map((one) => `${one.effect}${one.line === null ? '' : ' line'}${one.answer ? ' answered' : ''}`);

describe('what becomes of a keyword', () => {
  test.each<[string, Keyword, KeywordFacts, string[]]>([
    ['STOP of somebody of whom nothing is known', 'stop', factsWith(null), ['opted_out line answered']],
    ['START of somebody of whom nothing is known', 'start', factsWith(null), ['opted_in line answered']],
    ['STOP after START', 'stop', factsWith(line('opted_in', -9)), ['opted_out line answered']],
    ['START after STOP', 'start', factsWith(line('opted_out', -9)), ['opted_in line answered']],
    ['STOP again', 'stop', factsWith(line('opted_out', -9)), ['opted_out line']],
    ['START again', 'start', factsWith(line('opted_in', -9)), ['opted_in line']],
    ['STOP that is older than a START', 'stop', factsWith(line('opted_in', 9)), ['opted_out line']],
    ['HELP', 'help', factsWith(null), ['help answered']],
    ['HELP of somebody who opted out', 'help', factsWith(line('opted_out', -9)), ['help answered']],
    ['YES', 'yes', factsWith(line('opted_out', -9)), ['none']],
    [
      'YES where it is START',
      'yes',
      factsWith(line('opted_out', -9), { yes_starts: true }),
      ['opted_in line answered'],
    ],
    ['STOP where nothing is answered', 'stop', factsWith(null, { answers: false }), ['opted_out line']],
    [
      'STOP of somebody who got too many answers',
      'stop',
      factsWith(null, { answered: { consent: MAX_ANSWERS.consent, help: 0 } }),
      ['opted_out line'],
    ],
    [
      'HELP of somebody who got too much of it',
      'help',
      factsWith(null, { answered: { consent: 0, help: MAX_ANSWERS.help } }),
      ['help'],
    ],
    [
      'STOP that is heard of an hour late',
      'stop',
      { ...factsWith(null), now: NOW + 3_600_000 },
      ['opted_out line'],
    ],
  ])('%s', (_what, keyword, facts, expected) => {
    expect(shown(decide([said(keyword, 0)], facts))).toEqual(expected);
  });

  test('counts even of an account that is gone, which answers nothing', () => {
    const gone = accountId.parse('gone');
    expect(shown(decide([said('stop', 0, { account_id: gone })], factsWith(null)))).toEqual([
      'opted_out line',
    ]);
  });

  test('is proven by the message and its words', () => {
    const fact = said('stop', 0, { body: 'Stop!' });
    expect(decide([fact], factsWith(null))[0]?.line).toEqual({
      id: fact.message_id,
      account_id: ANY_ACCOUNT,
      type_class: 'sms',
      address: fact.from,
      state: 'opted_out',
      source: 'keyword',
      evidence: `msg_${fact.message_id}: Stop!`,
      received_at: fact.received_at,
    });
  });
});

describe('keywords that come together', () => {
  test('count in the order in which they came in, and each change is answered once', () => {
    const [stop, again, start] = [said('stop', 1), said('stop', 2), said('start', 3)];
    expect(shown(decide([start, again, stop, stop], factsWith(null)))).toEqual([
      'opted_out line answered',
      'opted_out line',
      'opted_in line answered',
    ]);
  });

  test('that were acted on before are passed over', () => {
    const stop = said('stop', 1);
    expect(decide([stop], { ...factsWith(null), handled: new Set([stop.message_id]) })).toEqual([]);
  });

  test('of two machines that answer each other come to an end', () => {
    const endless = Array.from({ length: 100 }, (_, index) =>
      said(index % 2 === 0 ? 'stop' : 'start', index / 100),
    );
    const answers = decide(endless, factsWith(null)).filter(({ answer }) => answer);
    expect(answers).toHaveLength(MAX_ANSWERS.consent);
  });
});

/** A ledger of one person as the database keeps it, told of keywords batch by batch. */
function aLedger() {
  const handled = new Set<MessageId>();
  const lines = new Map<string, Standing['latest'] & {}>();
  let answers = 0;
  const latest = () =>
    [...lines.values()].toSorted((a, b) =>
      `${a.received_at}${a.id}` < `${b.received_at}${b.id}` ? 1 : -1,
    )[0] ?? null;
  return {
    hears: (batch: readonly KeywordReceived[]) => {
      const facts = { ...factsWith(latest()), handled };
      for (const decision of decide(batch, facts)) {
        handled.add(decision.fact.message_id);
        if (decision.line !== null) lines.set(decision.line.id, decision.line);
        if (decision.answer) answers += 1;
      }
    },
    state: () => latest()?.state ?? null,
    lines: () => lines.size,
    answers: () => answers,
  };
}

const keywords = fc
  .array(
    fc.record({
      keyword: fc.constantFrom<Keyword>('stop', 'start'),
      second: fc.integer({ min: -5, max: 5 }),
    }),
    {
      minLength: 1,
      maxLength: 10,
    },
  )
  .map((some) => some.map(({ keyword, second }) => said(keyword, second)));
const byTime = (one: KeywordReceived, other: KeywordReceived) =>
  `${one.received_at}${one.message_id}` < `${other.received_at}${other.message_id}` ? -1 : 1;

describe('whatever the order, the batches and the repetitions of keywords', () => {
  test('the latest one counts, each is one line, and there are no more answers than keywords', () => {
    const order = keywords.chain((some) =>
      fc.record({
        some: fc.constant(some),
        told: fc.array(fc.shuffledSubarray([...some, ...some], { minLength: 1 }), { maxLength: 6 }),
      }),
    );
    fc.assert(
      fc.property(order, ({ some, told }) => {
        const ledger = aLedger();
        for (const batch of [...told, some]) ledger.hears(batch);
        const last = some.toSorted(byTime).at(-1);
        expect(ledger.state()).toBe(last?.keyword === 'stop' ? 'opted_out' : 'opted_in');
        expect(ledger.lines()).toBe(some.length);
        expect(ledger.answers()).toBeLessThanOrEqual(some.length);
        const before = ledger.answers();
        for (const batch of told) ledger.hears(batch);
        expect([ledger.lines(), ledger.answers()]).toEqual([some.length, before]);
      }),
    );
  });

  test('told in their order, each change of the state is answered once', () => {
    fc.assert(
      fc.property(keywords, fc.integer({ min: 1, max: 4 }), (some, size) => {
        const ledger = aLedger();
        const ordered = some.toSorted(byTime);
        for (let start = 0; start < ordered.length; start += size)
          ledger.hears(ordered.slice(start, start + size));
        const changes = ordered.filter((one, index) => one.keyword !== ordered[index - 1]?.keyword).length;
        expect(ledger.answers()).toBe(changes);
      }),
    );
  });
});

test('people of different accounts have nothing to do with each other', () => {
  const other: AccountId = accountId.parse('other');
  const facts = { ...factsWith(line('opted_out', -9)) };
  const settings = new Map([...facts.settings, [other, STANDARD_KEYWORD_SETTINGS] as const]);
  const both = [said('stop', 0), said('stop', 0, { account_id: other })];
  const decisions = decide(both, { ...facts, settings });
  expect(decisions.map(({ fact, answer }) => [fact.account_id, answer])).toEqual([
    [ANY_ACCOUNT, false],
    [other, true],
  ]);
});
