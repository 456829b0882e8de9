import { beforeAll, describe, expect, test } from '@jest/globals';
import type { MessageResource } from '@parley/contracts/http/message-resource';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { aNumber, expecting, userOf } from './people.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);

const page = z.object({ data: z.array(z.object({ id: z.string() })), next_cursor: z.string().nullable() });
const asked = async (path: string) => page.parse((await expecting(200, user.asks(path))).body);
const found = async (path: string) => (await asked(path)).data.map(({ id }) => id);

/** A week in which nobody else says anything. */
const WEEK = 'since=2021-03-01T00:00:00Z&until=2021-03-07T23:59:59Z';
const day = (number: number) => `2021-03-0${number}T12:00:00Z`;
const customer = aNumber();

let first: MessageResource;
let second: MessageResource;
let third: MessageResource;

beforeAll(async () => {
  first = await user.sends({ to: customer, body: 'Ihre Grüße, ÄRGER Nr. 100% 4711', timestamp: day(1) });
  second = await user.sends({
    from: 'shop@acme.test',
    to: 'ann@people.test',
    subject: 'Заказ принят',
    body: '<p>order 4712</p>',
    timestamp: day(2),
  });
  third = await user.sends({ to: customer, body: 'order 4713', timestamp: day(3) });
  await until(async () => (await found(`/v1/messages?${WEEK}`)).length === 3, {
    what: 'all three are listed',
  });
});

const wanted = (query: string) => found(`/v1/messages?${WEEK}&${query}`);

describe('a list of messages', () => {
  test('goes by time in either order, and to the second between two times', async () => {
    expect(await wanted('')).toEqual([third.id, second.id, first.id]);
    expect(await wanted('order=asc')).toEqual([first.id, second.id, third.id]);
    expect(await found(`/v1/messages?since=${day(1)}&until=${day(2)}&order=asc`)).toEqual([
      first.id,
      second.id,
    ]);
    expect(await found('/v1/messages?since=2021-03-01T13:00:00+01:00&until=2021-03-01T12:00:00Z')).toEqual([
      first.id,
    ]);
  });

  test('is that of any of several ids, addresses and names at a provider', async () => {
    expect(await wanted(`id=,${first.id.replace('msg_', '')},${second.id},msg_none,`)).toHaveLength(2);
    expect(await wanted('id=msg_none')).toEqual([]);
    expect(await wanted(`to=${encodeURIComponent(customer)},Ann@People.test`)).toHaveLength(3);
    expect(await wanted('from=[Shop@acme.test](mailto:Shop@acme.test)')).toEqual([second.id]);
    const named = await until(
      async () => {
        const names = [await user.message(first.id), await user.message(second.id)].map(
          ({ provider_message_id }) => provider_message_id,
        );
        const listed = await found(`/v1/messages?provider_message_id=none,${names.join()}`);
        return listed.length === 2 && listed;
      },
      { what: 'two are found by what their providers call them' },
    );
    expect(named).toEqual([second.id, first.id]);
    expect(await found('/v1/messages?provider_message_id=none')).toEqual([]);
  });

  test('is found by what is said, in capitals or not, in any script', async () => {
    expect(await wanted('q=order 471')).toEqual([third.id, second.id]);
    expect(await wanted('q=ORDER%204713')).toEqual([third.id]);
    expect(await wanted(`q=${encodeURIComponent('grüße, ärger')}`)).toEqual([first.id]);
    expect(await wanted(`q=${encodeURIComponent('ЗАКАЗ')}`)).toEqual([second.id]);
    expect(await wanted(`q=${encodeURIComponent('100%')}`)).toEqual([first.id]);
    expect(await wanted('q=4_1')).toEqual([]);
    expect(await wanted('q=order&type=sms')).toEqual([third.id]);
  });

  test('has nothing for what no message can be', async () => {
    for (const query of ['type=fax', 'status=lost', 'since=yesterday', 'conversation_id=none', 'q=%00'])
      expect(await found(`/v1/messages?${query}`)).toEqual([]);
  });

  test('goes on with its cursor as it began, and only so', async () => {
    const { next_cursor } = await asked(`/v1/messages?${WEEK}&q=order&limit=1`);
    const next = `limit=1&cursor=${next_cursor}`;
    expect(await wanted(`q=order&${next}`)).toEqual([second.id]);
    for (const other of ['q=other', 'q=order&order=asc', 'q=order&type=sms'])
      expect(await user.asks(`/v1/messages?${WEEK}&${other}&${next}`)).toMatchObject({
        status: 422,
        body: { code: 'validation_failed', errors: [{ pointer: '#/cursor' }] },
      });
  });

  test('tells its exact total by page', async () => {
    expect(await expecting(200, user.asks(`/v1/messages?${WEEK}&q=order&page=2&per_page=1`))).toMatchObject({
      body: { data: [{ id: second.id }], meta: { total: 2, page: 2, per_page: 1, pages: 2 } },
    });
  });

  test.each([
    ['order=upwards', '#/order'],
    ['days=3', '#/days'],
    ['limit=0', '#/limit'],
    ['q=a&q=b', '#/q'],
    ['body=order', '#/body'],
  ])('refuses %s', async (query, pointer) => {
    expect(await user.asks(`/v1/messages?${query}`)).toMatchObject({
      status: 422,
      body: { code: 'validation_failed', errors: [{ pointer }] },
    });
  });
});

test('a conversation’s messages take the same filters', async () => {
  const path = `/v1/conversations/${first.conversation_id}/messages`;
  expect(await found(`${path}?order=asc`)).toEqual([first.id, third.id]);
  expect(await found(`${path}?q=order`)).toEqual([third.id]);
  expect(await found(`${path}?conversation_id=${second.conversation_id}`)).toEqual([]);
});

test('a user’s messages take them too, and days', async () => {
  expect(await found('/v1/users/porky/messages?days=3650&q=order')).toEqual([]);
  const sent = await user.sends({ from: 'porky', to: 'duck', body: 'Order in the court' });
  await until(async () => (await found('/v1/users/porky/messages?q=COURT')).includes(sent.id), {
    what: 'what porky said is found',
  });
  expect(await found('/v1/users/porky/messages?q=court&direction=inbound')).toEqual([]);
  expect(await user.asks('/v1/users/porky/messages?days=0')).toMatchObject({ status: 422 });
});
