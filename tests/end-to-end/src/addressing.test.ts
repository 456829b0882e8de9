import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import { aNumber, expecting, userOf } from './people.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);

describe('addresses have one form', () => {
  test.each([
    [{ from: 'MyCorp', to: '49 1511 7654321' }, { to: '+4915117654321' }],
    [{ from: '1 415 555 0100', to: '+4915117654322' }, { from: '+14155550100' }],
    [
      { from: 'Us@MyCorp.Example', to: '[You@B.Example](mailto:You@B.Example)' },
      { from: 'us@mycorp.example', to: 'you@b.example' },
    ],
  ])('%o', async (fields, stored) => {
    expect(await user.sends(fields)).toMatchObject(stored);
  });

  test.each<[string, Record<string, unknown>, string]>([
    ['a number that begins with 0', { to: '0049151' }, '#/to'],
    ['a number of sixteen digits', { to: '+1234567890123456' }, '#/to'],
    ['letters for a number', { type: 'sms', to: 'nobody' }, '#/to'],
    ['a mailbox for an SMS', { type: 'sms', to: 'you@b.example' }, '#/to'],
    ['a number for an e-mail', { type: 'email', from: 'us@mycorp.example', to: '+4915117654321' }, '#/to'],
    ['a sender name of twelve letters', { from: 'ABCDEFGHIJKL' }, '#/from'],
    ['no recipient', { to: undefined }, '#/to'],
    ['nothing to say', { body: ' \n\t ' }, '#/body'],
    ['an SMS of 1,601 characters', { body: '🦆'.repeat(1_601) }, '#/body'],
    ['an empty attachment', { attachments: [''] }, '#/attachments/0'],
    ['a field nobody knows', { colour: 'red' }, '#/colour'],
    ['an unknown type', { type: 'fax' }, '#/type'],
    ['a time that is none', { timestamp: 'yesterday' }, '#/timestamp'],
  ])('%s is refused, and told where', async (_what, fields, pointer) => {
    const answer = await user.triesToSend(fields);
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body).toMatchObject({
      errors: expect.arrayContaining([{ pointer, detail: expect.any(String) }]),
    });
  });

  test('an SMS may have 1,600 characters, whatever they take', async () => {
    const body = '🦆'.repeat(1_600);
    const sent = await user.sends({ body });
    expect(sent.body === body).toBe(true);
  });
});

describe('a message to several recipients', () => {
  const many = z.object({
    data: z.array(z.looseObject({ id: z.string(), to: z.string(), conversation_id: z.string() })),
    conversation_id: z.string(),
  });

  test('is one message each, in their order, in one conversation', async () => {
    const to = Array.from({ length: 50 }, aNumber);
    const answer = await expecting(202, user.triesToSend({ to }));
    const { data, conversation_id } = many.parse(answer.body);
    expect(data.map((message) => message.to)).toEqual(to);
    expect(new Set(data.map((message) => message.conversation_id))).toEqual(new Set([conversation_id]));
    for (const { id } of data) await user.sees(id, 'delivered');
    await untilListed(parley.client(), `conversation_id=${conversation_id}&limit=200`, 50);
  });

  test('answers with a list, also to a list of one, and is one conversation with the message to that one', async () => {
    const to = aNumber();
    const { data, conversation_id } = many.parse((await user.triesToSend({ to: [to] })).body);
    expect(data).toHaveLength(1);
    expect(await user.sends({ to })).toMatchObject({ to, conversation_id });
  });

  test.each<[string, () => unknown[], string]>([
    ['no recipient at all', () => [], '#/to'],
    ['51 recipients', () => Array.from({ length: 51 }, aNumber), '#/to'],
    ['one who cannot be reached', () => [aNumber(), 'nobody'], '#/to/1'],
    ['the same one twice', () => ['+4915117654330', '49 15117654330'], '#/to/1'],
  ])('is refused as a whole for %s', async (_what, recipients, pointer) => {
    const to = recipients();
    const answer = await user.triesToSend({ to, type: 'sms' });
    expect(answer).toMatchObject({ status: 422, body: { code: 'validation_failed' } });
    expect(answer.body).toMatchObject({ errors: [{ pointer, detail: expect.any(String) }] });
    for (const one of to.slice(0, 3))
      expect(await user.lists(`to=${encodeURIComponent(String(one))}`)).toEqual([]);
  });

  test('is repeated as a whole with its key', async () => {
    const request = { to: [aNumber(), aNumber()] };
    const headers = { 'idempotency-key': 'to-two' };
    const first = await user.triesToSend(request, { headers });
    const second = await user.triesToSend(request, { headers });
    expect(second).toMatchObject({ status: 202, headers: { 'idempotency-replayed': 'true' } });
    expect(second.body).toEqual(first.body);
  });
});
