import { beforeAll, describe, expect, test } from '@jest/globals';
import type { MessageResource } from '@parley/contracts/http/message-resource';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { publishToBus } from './bus.ts';
import { lettersOf, untilLetter, type Letter } from './dead-letters.ts';
import { adminOf, aNumber, aSender, expecting, newAccount, userOf, type User } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);

const listed = (query = '', whose: User = admin) => lettersOf(whose, query);
const untilFound = (query: string, fits: (found: Letter) => boolean) => untilLetter(admin, query, fits);
const redrive = (body: object) => admin.asks('/v1/dead-letters/redrive', { body });

/** A message that its provider has refused. */
async function aFailedMessage(code: string): Promise<MessageResource> {
  const to = aNumber();
  await provider.will(to, { status: 400, code });
  const { id } = await user.sends({ to });
  return await user.sees(id, 'failed');
}

describe('a message that failed', () => {
  test('is a dead letter with its reason and what was tried', async () => {
    const { id } = await aFailedMessage('blocked_line');
    const found = await untilFound('kind=message&reason=blocked_line', ({ message_id }) => message_id === id);
    expect(found).toMatchObject({ kind: 'message', reason: 'blocked_line', attempts: 1, connection: 'sms' });
    expect(found.first_seen_at <= found.last_seen_at).toBe(true);
  });

  test('is sent with another try, under the same id, and is no dead letter any more', async () => {
    const { id, to } = await aFailedMessage('try_again');
    const found = await untilFound('reason=try_again', ({ message_id }) => message_id === id);
    expect((await expecting(200, redrive({ ids: [found.id] }))).body).toEqual({ redriven: [found.id] });
    await user.sees(id, 'delivered');
    expect(await provider.calls(to)).toMatchObject({ calls: 2, sent: 1 });
    expect(await listed('reason=try_again')).toEqual([]);
    const events = (await user.timeline(id)).map(({ event }) => event);
    expect(events).toEqual(['accepted', 'attempt', 'failed', 'redriven', 'attempt', 'receipt']);
  });

  test('may also be sent again by its own id', async () => {
    const { id } = await aFailedMessage('by_its_id');
    expect(await user.does('redrive', id)).toMatchObject({ status: 200, body: { id, status: 'queued' } });
    await user.sees(id, 'delivered');
    expect(await user.does('redrive', id)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  test('that fails again is a dead letter again', async () => {
    const { id, to } = await aFailedMessage('still_bad');
    await provider.will(to, { status: 400, code: 'still_bad' });
    await expecting(200, user.does('redrive', id));
    await provider.untilCalled(to, 2);
    expect(await user.sees(id, 'failed')).toMatchObject({ status_reason: 'still_bad' });
    const found = await untilFound('reason=still_bad', ({ message_id }) => message_id === id);
    expect(found.attempts).toBe(2);
  });
});

test('several are redriven by what they have in common, as many as are wanted', async () => {
  const failed = await Promise.all(Array.from({ length: 5 }, () => aFailedMessage('common')));
  expect((await expecting(200, redrive({ reason: 'common', limit: 2 }))).body).toMatchObject({
    redriven: [expect.any(String), expect.any(String)],
  });
  const rest = await expecting(200, redrive({ reason: 'common' }));
  expect(z.object({ redriven: z.array(z.string()) }).parse(rest.body).redriven).toHaveLength(3);
  for (const { id } of failed) await user.sees(id, 'delivered');
});

test('what has expired is a dead letter', async () => {
  const to = aNumber();
  await provider.will(to, { status: 429, retry_after: 60 });
  const { id } = await user.sends({ to, from: aSender(), valid_for: 1 });
  await user.sees(id, 'expired');
  expect(await untilFound('kind=message', ({ message_id }) => message_id === id)).toMatchObject({
    kind: 'message',
  });
});

test.each([
  ['work', 'work.send.normal.sms'],
  ['fact', 'event.message.v1'],
])('%s that makes no sense is one', async (kind, subject) => {
  await publishToBus(parley, { subject, payload: '{"v":1,"what":"ever"}' });
  const found = await untilFound(`kind=${kind}`, () => true);
  expect(found).toMatchObject({ attempts: 1, message_id: null, connection: null });
  // It is given another try, and makes no more sense then.
  expect((await expecting(200, redrive({ ids: [found.id] }))).body).toEqual({ redriven: [found.id] });
  const again = await untilFound(`kind=${kind}`, ({ last_seen_at }) => last_seen_at > found.last_seen_at);
  expect(again).toMatchObject({ reason: found.reason });
});

describe('the list of dead letters', () => {
  beforeAll(async () => {
    await Promise.all(Array.from({ length: 4 }, () => aFailedMessage('paged')));
  });

  test('is paged, the last seen first', async () => {
    const all = await until(
      async () => {
        const found = await listed('reason=paged');
        return found.length === 4 ? found : null;
      },
      { what: 'four are listed' },
    );
    const times = all.map(({ last_seen_at }) => last_seen_at);
    expect(times).toEqual(times.toSorted().reverse());
    const { body } = await admin.asks('/v1/dead-letters?reason=paged&limit=3');
    const { next_cursor } = z.object({ next_cursor: z.string(), has_more: z.literal(true) }).parse(body);
    const rest = await listed(`reason=paged&limit=3&cursor=${next_cursor}`);
    expect(rest.map(({ id }) => id)).toEqual([all[3]?.id]);
    expect((await admin.asks('/v1/dead-letters?reason=paged&page=2&per_page=3')).body).toMatchObject({
      data: [{ id: all[3]?.id }],
      meta: { total: 4, page: 2, per_page: 3, pages: 2 },
    });
  });

  test('is for admins of the account, and shows nothing of others', async () => {
    expect(await user.asks('/v1/dead-letters')).toMatchObject({ status: 403 });
    expect(await user.asks('/v1/dead-letters/redrive', { body: { kind: 'message' } })).toMatchObject({
      status: 403,
    });
    const stranger = await newAccount(parley, 'no-letter-of-theirs');
    expect(await listed('', stranger)).toEqual([]);
    const answer = await stranger.asks('/v1/dead-letters/redrive', { body: { reason: 'paged' } });
    expect(answer.body).toEqual({ redriven: [] });
    expect(await listed('reason=paged')).toHaveLength(4);
  });

  test.each<[string, object]>([
    ['without a condition', {}],
    ['of an unknown kind', { kind: 'ghost' }],
    ['by what is no id', { ids: ['x'] }],
    ['more than 500 at once', { kind: 'message', limit: 501 }],
  ])('is not redriven %s', async (_what, body) => {
    expect(await redrive(body)).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
  });

  test.each(['kind=ghost', 'colour=red', 'limit=0', 'cursor=x'])(
    'is not asked for with %s',
    async (query) => {
      expect(await admin.asks(`/v1/dead-letters?${query}`)).toMatchObject({ status: 422 });
    },
  );
});
