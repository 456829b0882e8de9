import { randomUUID } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { adminOf, aNumber, aSender, expecting, userOf, type Listed } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';
import { timeOf } from './time.ts';

const parley = runningParley();
const user = userOf(parley);
const admin = adminOf(parley);
const provider = providerOf(parley);
const time = timeOf(parley);

const OURS = '+14155550100';
const STOPPED = 'Demo: You will get no more messages from us. Reply START to get them again.';

/** Somebody writes to us: the webhook of an SMS, and its id. */
async function writes(from: string, body: string, given: { id?: string; to?: string } = {}): Promise<string> {
  const { id = randomUUID(), to = OURS } = given;
  const webhook = { from, to, type: 'sms', messaging_provider_id: id, body, attachments: null };
  const bytes = JSON.stringify({ ...webhook, timestamp: new Date().toISOString() });
  await expecting(200, parley.client().webhook('sms', bytes));
  return id;
}

const consentOf = z.object({
  state: z.string().nullable(),
  data: z.array(z.object({ state: z.string(), source: z.string(), evidence: z.string().nullable() })),
});
async function ledgerOf(address: string) {
  return consentOf.parse(
    (await expecting(200, user.asks(`/v1/consent/${encodeURIComponent(address)}`))).body,
  );
}
const untilState = (address: string, state: string) =>
  until(async () => ((await ledgerOf(address)).state === state ? true : null), {
    what: `${address} is ${state}`,
  });
const sentTo = async (to: string): Promise<Listed[]> =>
  (await user.lists(`direction=outbound&to=${encodeURIComponent(to)}`)).toReversed();
const untilSent = (to: string, count: number): Promise<Listed[]> =>
  until(
    async () => {
      const sent = await sentTo(to);
      return sent.length === count ? sent : null;
    },
    { what: `${count} messages to ${to} are listed` },
  );
const inbound = (id: string): Promise<Listed> =>
  until(
    async () => {
      const list = await user.lists('direction=inbound');
      return list.find((one) => one['provider_message_id'] === id) ?? null;
    },
    { what: `the message ${id} is listed` },
  );
const optedOut = { status: 400, body: { code: 'recipient_opted_out' } };

describe('somebody who says STOP', () => {
  test('is told so once from the address that was written to, and is not written to any more', async () => {
    const from = aNumber();
    const waiting = await user.sends({ to: from, send_at: new Date(Date.now() + 3_600_000).toISOString() });
    const id = await writes(from, ' Stop! ');
    await untilState(from, 'opted_out');
    await time.whenAllIsDue();
    expect(await user.triesToSend({ to: from })).toMatchObject(optedOut);
    const [, answer] = await untilSent(from, 2);
    if (answer === undefined) throw new Error('there is no answer');
    expect(answer).toMatchObject({ body: STOPPED, from: OURS, type: 'sms' });
    await user.sees(answer.id, 'delivered');
    expect(await user.sees(waiting.id, 'failed')).toMatchObject({ status_reason: 'recipient_opted_out' });
    expect(await provider.calls(from)).toMatchObject({ calls: 1, sent: 1 });
    const asked = await inbound(id);
    expect(answer).toMatchObject({ in_reply_to: asked.id, conversation_id: asked['conversation_id'] });
    expect(asked).toMatchObject({ status: 'received', body: ' Stop! ' });
    expect(await ledgerOf(from)).toMatchObject({
      data: [{ state: 'opted_out', source: 'keyword', evidence: `${asked.id}:  Stop! ` }],
    });
    expect((await user.timeline(asked.id)).map(({ event }) => event)).toEqual(['received', 'keyword']);
    expect((await user.timeline(answer.id)).map(({ event }) => event)).toContain('keyword');
  });

  test('again, or whose webhook comes again, gets no second answer', async () => {
    const from = aNumber();
    const id = await writes(from, 'STOP');
    await untilState(from, 'opted_out');
    await writes(from, 'STOP', { id });
    await writes(from, 'unsubscribe');
    await until(async () => ((await ledgerOf(from)).data.length === 2 ? true : null), {
      what: 'both are kept',
    });
    // Whatever was to be sent because of these is sent before the answer to what is said after them.
    await writes(from, 'HELP');
    const sent = await untilSent(from, 2);
    expect(sent.map(({ body }) => body)).toEqual([STOPPED, 'Demo: Reply STOP to get no more messages.']);
  });

  test('by MMS is understood, too', async () => {
    const from = aNumber();
    const mms = { from, to: OURS, type: 'mms', messaging_provider_id: randomUUID(), body: 'STOP' };
    const bytes = JSON.stringify({ ...mms, attachments: ['a.png'], timestamp: new Date().toISOString() });
    await expecting(200, parley.client().webhook('sms', bytes));
    await untilState(from, 'opted_out');
  });

  test('and then START is written to again, and told so', async () => {
    const from = aNumber();
    await writes(from, 'STOP');
    await untilState(from, 'opted_out');
    await writes(from, 'start');
    await untilState(from, 'opted_in');
    const { id } = await user.sends({ to: from });
    await user.sees(id, 'delivered');
    expect((await untilSent(from, 3)).map(({ body }) => body).slice(0, 2)).toEqual([
      STOPPED,
      'Demo: You will get our messages. Reply HELP for help or STOP to end them.',
    ]);
  });
});

test('what is no keyword is a message like any other; what may mean the same is marked to be looked at', async () => {
  const from = aNumber();
  const [hello, please] = [await writes(from, 'We do not stop'), await writes(from, 'STOP PLEASE')];
  const marked = await inbound(please);
  expect(await inbound(hello)).toMatchObject({ body: 'We do not stop' });
  expect(marked).toMatchObject({ status: 'received', status_reason: 'possible_opt_out' });
  const toLookAt = `status_reason=possible_opt_out&status=received&from=${encodeURIComponent(from)}`;
  expect((await user.lists(toLookAt)).map(({ id }) => id)).toContain(marked.id);
  expect((await user.timeline(marked.id)).map(({ event }) => event)).toEqual([
    'received',
    'possible_opt_out',
  ]);
  expect(await ledgerOf(from)).toMatchObject({ state: null, data: [] });
  await expecting(200, user.does('read', marked.id));
  await until(async () => ((await user.lists(toLookAt)).every(({ id }) => id !== marked.id) ? true : null), {
    what: 'it is not listed any more after somebody read it',
  });
  expect(await user.message(marked.id)).toMatchObject({ status_reason: 'possible_opt_out', status: 'read' });
});

describe('the words of an account', () => {
  const change = (keywords: object) =>
    admin.asks('/v1/accounts/demo', { method: 'PATCH', body: { keywords } });

  test('answer keywords, and YES may be START', async () => {
    const [from, to] = [aNumber(), aSender()];
    const changed = await expecting(
      200,
      change({ contact: 'help@demo.example', stop_text: 'Bye.', yes_starts: true }),
    );
    expect(changed.body).toMatchObject({
      keywords: {
        contact: 'help@demo.example',
        stop_text: 'Bye.',
        yes_starts: true,
        answers: true,
        help_text: null,
      },
    });
    try {
      await writes(from, 'STOP', { to });
      await untilState(from, 'opted_out');
      await writes(from, 'Yes', { to });
      await untilState(from, 'opted_in');
      await writes(from, 'HELP', { to });
      const sent = await untilSent(from, 3);
      expect(sent.map(({ body }) => body)).toEqual([
        'Bye.',
        'Demo: You will get our messages. Reply HELP for help or STOP to end them.',
        'Demo: For help, contact help@demo.example. Reply STOP to get no more messages.',
      ]);
      expect(new Set(sent.map(({ from: sender }) => sender))).toEqual(new Set([to]));
    } finally {
      await expecting(200, change({ contact: null, stop_text: null, yes_starts: false }));
    }
  });

  test.each([
    ['a keyword for an answer', { stop_text: 'Stop.' }, '#/keywords/stop_text'],
    ['nothing for an answer', { help_text: ' ' }, '#/keywords/help_text'],
    ['what is no setting', { loudly: true }, '#/keywords/loudly'],
  ])('cannot be %s', async (_what, keywords, pointer) => {
    expect(await change(keywords)).toMatchObject({ status: 422, body: { errors: [{ pointer }] } });
  });
});

test('no client can have a message sent as an answer to a keyword', async () => {
  const from = aNumber();
  const id = await writes(from, 'STOP');
  await untilState(from, 'opted_out');
  const asked = await inbound(id);
  expect(
    await user.triesToSend({ to: from, from: OURS, body: STOPPED, in_reply_to: asked.id }),
  ).toMatchObject(optedOut);
  for (const field of ['keyword', 'effect', 'answer_id', 'exempt'])
    expect(await user.triesToSend({ to: from, [field]: asked.id })).toMatchObject({ status: 422 });
});
