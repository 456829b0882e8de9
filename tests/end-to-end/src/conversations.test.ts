import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { aNumber, aSender, expecting, userOf } from './people.ts';
import { runningParley, untilListed } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);

const conversation = z.looseObject({
  id: z.string(),
  message_count: z.int(),
  unread_count: z.int(),
  status: z.string(),
});
const list = z.object({ data: z.array(conversation) });
const accepted = z.object({ data: z.array(z.looseObject({ to: z.string(), conversation_id: z.string() })) });

/** The only conversation of a participant, once it has so many messages. */
const theOnly = (participant: string, count: number) =>
  until(
    async () => {
      const path = `/v1/conversations?participant=${encodeURIComponent(participant)}`;
      const { data } = list.parse((await expecting(200, user.asks(path))).body);
      return data.length === 1 && data[0]?.message_count === count ? data[0] : null;
    },
    { what: `${participant} is in one conversation of ${count} messages` },
  );

let inbound = 0;
/** Somebody writes to us. */
async function writes(from: string, to: string): Promise<void> {
  inbound += 1;
  const body = { messaging_provider_id: `in-${inbound}`, from, to, type: 'sms', body: 'Hi' };
  const timestamp = new Date().toISOString();
  await expecting(200, parley.client().webhook('sms', JSON.stringify({ ...body, timestamp })));
}

describe('a conversation', () => {
  test('is one, however many first messages begin it at once, from either side', async () => {
    const [ours, theirs] = [aSender(), aNumber()];
    const out = Array.from({ length: 10 }, () => user.sends({ from: ours, to: theirs }));
    const back = Array.from({ length: 10 }, () => writes(theirs, ours));
    const [sent] = await Promise.all([Promise.all(out), Promise.all(back)]);
    expect(new Set(sent.map(({ conversation_id }) => conversation_id)).size).toBe(1);
    expect(await theOnly(theirs, 20)).toMatchObject({ id: sent[0]?.conversation_id, unread_count: 10 });
  });

  test('counts what is unread of what came in, each once', async () => {
    const [ours, theirs] = [aSender(), aNumber()];
    await user.sends({ from: ours, to: theirs });
    for (let time = 0; time < 2; time += 1) await writes(theirs, ours);
    expect(await theOnly(theirs, 3)).toMatchObject({ unread_count: 2 });
    const found = await untilListed(parley.client(), `from=${encodeURIComponent(theirs)}`, 2);
    const [{ id = '' } = {}] = z.array(z.looseObject({ id: z.string() })).parse(found);
    for (let time = 0; time < 2; time += 1) await expecting(200, user.does('read', id));
    await until(async () => (await theOnly(theirs, 3)).unread_count === 1, { what: 'one is unread' });
  });

  test('of a group is answered to everybody else in it', async () => {
    const [ours, ...theirs] = [aSender(), aNumber(), aNumber()];
    const { body } = await expecting(202, user.triesToSend({ from: ours, to: theirs }));
    const [first] = accepted.parse(body).data;
    const path = `/v1/conversations/${first?.conversation_id}/messages`;
    await until(async () => (await user.asks(path)).status === 200, { what: 'it is known' });
    const answer = await expecting(202, user.asks(path, { body: { body: 'And one more thing' } }));
    const { data } = accepted.parse(answer.body);
    expect(data.map(({ to }) => to).toSorted()).toEqual(theirs.toSorted());
    for (const message of data) expect(message.conversation_id).toBe(first?.conversation_id);
  });

  test('takes an answer in by whatever it goes', async () => {
    const parent = await user.sends({ from: aSender() });
    const mail = { from: 'us@mycorp.example', to: 'elsewhere@b.example', in_reply_to: parent.id };
    expect(await user.sends(mail)).toMatchObject({
      type: 'email',
      in_reply_to: parent.id,
      conversation_id: parent.conversation_id,
    });
    const missing = { in_reply_to: 'msg_019a0000-0000-7000-8000-000000000000' };
    expect(await user.triesToSend(missing)).toMatchObject({ status: expect.not.stringMatching('202') });
  });

  test('that is closed is opened by the other side, and stays closed for ours', async () => {
    const [ours, theirs] = [aSender(), aNumber()];
    const { conversation_id } = await user.sends({ from: ours, to: theirs });
    await theOnly(theirs, 1);
    const closing = { method: 'PATCH', body: { status: 'closed' } };
    await expecting(200, user.asks(`/v1/conversations/${conversation_id}`, closing));
    await user.sends({ from: ours, to: theirs });
    expect(await theOnly(theirs, 2)).toMatchObject({ status: 'closed' });
    await writes(theirs, ours);
    await until(async () => (await theOnly(theirs, 3)).status === 'open', { what: 'it is open' });
  });
});
