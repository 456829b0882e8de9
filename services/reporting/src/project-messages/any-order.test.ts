import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { MessageChanged } from '@parley/contracts/facts/message-facts';
import { accountId, connectionId, conversationIdOf, userId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { MessageStatus } from '@parley/contracts/message-status';
import { inTransaction } from '@parley/platform/db';
import { aMessage, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import type { ReportingTables } from '../database.ts';
import { collapse, knowledgeOfFact, knowledgeOfMessage, rowOf, type Knowledge } from './decide.ts';
import { changeFact, contentFact } from './facts-fixtures.ts';
import { forget, projections, recounted } from './projections-fixtures.ts';
import { addKnowledge } from './store.ts';

const { db, close } = await openTestDatabase<ReportingTables>('reporting');

beforeEach(() => forget(db));
afterAll(close);

function project(told: readonly Knowledge[]): Promise<void> {
  return inTransaction(db, (trx) => addKnowledge(trx, collapse(told)));
}

const STATUSES: readonly MessageStatus[] = [
  'scheduled',
  'queued',
  'sending',
  'sent',
  'canceled',
  'failed',
  'delivered',
  'read',
];

const [SMS, SMS_2] = [connectionId.parse('sms'), connectionId.parse('sms-2')];
const aTime = fc.constantFrom(null, '2026-01-15T10:00:01.000Z', '2026-01-15T10:00:02.000Z');

/** A message's life: which account, who wrote to whom, when, how it went on, and whether its content is ever told. */
const life = fc.record({
  account: fc.constantFrom('acme', 'other'),
  pair: fc.tuple(fc.nat(2), fc.nat(2)),
  inbound: fc.boolean(),
  type: fc.constantFrom('sms', 'email'),
  day: fc.nat(2),
  second: fc.nat(9),
  steps: fc.array(
    fc.record({
      round: fc.integer({ min: 1, max: 2 }),
      status: fc.nat(STATUSES.length - 1),
      provider: fc.constantFrom(null, SMS, SMS_2),
      reference: fc.constantFrom(null, 'p-1', 'p-2'),
      times: fc.record({ sent_at: aTime, delivered_at: aTime, read_at: aTime }),
      reason: fc.constantFrom(null, 'no_connection', 'outcome_unknown'),
    }),
    { maxLength: 4 },
  ),
  hasContent: fc.boolean(),
  isExported: fc.boolean(),
});
type Life = typeof life extends fc.Arbitrary<infer T> ? T : never;

const PEOPLE = [
  { address: '+12125550101', user_id: null },
  { address: '+12125550102', user_id: userId.parse('01890000-0000-7000-8000-000000000001') },
  { address: 'second@user.example', user_id: userId.parse('01890000-0000-7000-8000-000000000001') },
] as const;
/** All that is ever told of a message with this life. */
function toldOf({
  account,
  pair,
  inbound,
  type,
  day,
  second,
  steps,
  hasContent,
  isExported,
}: Life): Knowledge[] {
  const account_id = accountId.parse(account);
  const [from, to] = [PEOPLE[pair[0]] ?? PEOPLE[0], PEOPLE[pair[1]] ?? PEOPLE[0]];
  const message = aMessage({
    account_id,
    from: from.address,
    to: to.address,
    from_user_id: from.user_id,
    to_user_id: to.user_id,
    conversation_id: conversationIdOf(account_id, [from, to]),
    direction: inbound ? 'inbound' : 'outbound',
    status: inbound ? 'received' : 'queued',
    type,
    timestamp: `2026-01-1${day}T23:59:59.999Z`,
    created_at: `2026-01-15T10:00:0${second}.000Z`,
  });
  const changes = inbound ? steps.slice(0, 1).map(() => ({ status: 'read' as const })) : steps.map(changeOf);
  const told = changes.map((change) => knowledgeOfFact(changeFact(message, change)));
  if (hasContent) told.push(knowledgeOfFact(contentFact(message)));
  if (isExported) told.push(knowledgeOfMessage(exported(message, told)));
  return told;
}

function changeOf(step: Life['steps'][number]): Partial<MessageChanged> {
  const { round, status, provider, reference, reason, times } = step;
  return {
    ...times,
    round,
    status: STATUSES[status] ?? 'sent',
    status_reason: reason,
    expires_at: `2026-01-2${round}T10:00:00.000Z`,
    provider,
    provider_message_id: reference,
  };
}

/** The owner's record after everything that was told. */
function exported(message: Message, told: readonly Knowledge[]): Message {
  const [last] = collapse([...told, knowledgeOfMessage(message)]);
  return last === undefined ? message : { ...message, ...last.state };
}

describe('whatever is told of some messages, in any order, any batches and how often', () => {
  const story = fc.record({
    lives: fc.array(life, { minLength: 1, maxLength: 5 }),
    order: fc.infiniteStream(fc.nat(1_000)),
    repeats: fc.array(fc.nat(100), { maxLength: 8 }),
    batch: fc.integer({ min: 1, max: 5 }),
  });

  test('the messages are what everything together tells, and the rest what they add up to', async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ lives, order, repeats, batch }) => {
        await forget(db);
        const once = lives.flatMap(toldOf);
        const again = repeats.flatMap((index) => once[index % Math.max(once.length, 1)] ?? []);
        const places = [...order.take(once.length + again.length)];
        const told = [...once, ...again]
          .map((knowledge, index) => ({ knowledge, place: places[index] ?? 0 }))
          .toSorted((one, two) => one.place - two.place)
          .map(({ knowledge }) => knowledge);
        for (let at = 0; at < told.length; at += batch) await project(told.slice(at, at + batch));
        const expected = collapse(once)
          .map(rowOf)
          .toSorted((one, two) => (one.id < two.id ? -1 : 1));
        const { messages, ...counted } = await projections(db);
        expect(messages).toMatchObject(expected.map(({ progress: _, ...row }) => row));
        expect(counted).toEqual(await recounted(db));
      }),
      { numRuns: 100 },
    );
  });

  test('also when several instances are told at once', async () => {
    const lives = fc.sample(life, { numRuns: 60, seed: 7 });
    const told = lives.flatMap(toldOf);
    const batches = [told, told.toReversed(), told.filter((_, index) => index % 2 === 0), told];
    await Promise.all(
      batches.map(async (batch, size) => {
        for (let at = 0; at < batch.length; at += 10 + size) await project(batch.slice(at, at + 10 + size));
      }),
    );
    const { messages, ...counted } = await projections(db);
    expect(messages).toHaveLength(collapse(told).length);
    expect(counted).toEqual(await recounted(db));
  });
});
