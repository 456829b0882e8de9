import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { aNumber, aSender, expecting, newAccount, userOf, type TimelineEntry } from './people.ts';
import { providerOf } from './provider.ts';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const user = userOf(parley);
const provider = providerOf(parley);

/** Reads a timeline until it ends as expected. */
const untilEnds = (id: string, event: string): Promise<TimelineEntry[]> =>
  until(
    async () => {
      const story = await user.timeline(id);
      return story.at(-1)?.event === event ? story : null;
    },
    { what: `the timeline of ${id} ends with ${event}` },
  );

const eventsOf = (story: readonly TimelineEntry[]): string[] => story.map(({ event }) => event);

/** What a provider reports of a message, as it comes in. */
const report = (provider_reference: string | null, status: string) =>
  expecting(200, parley.client().webhook('sms', JSON.stringify({ provider_reference, status })));

describe('the timeline of a message', () => {
  test('tells its acceptance, its call and its receipt, in order: when, what and who', async () => {
    const { id, to, trace_id } = await user.sends();
    const { provider_message_id } = await user.sees(id, 'delivered');
    const { body } = await user.asks(`/v1/messages/${id}/timeline`);
    expect(body).toMatchObject({ message_id: id, trace_id });
    const story = await user.timeline(id);
    expect(story).toMatchObject([
      { event: 'accepted', service: 'dispatcher', provider: null, summary: expect.stringContaining(to) },
      {
        event: 'attempt',
        service: 'dispatcher',
        provider: 'sms',
        details: { outcome: 'accepted', provider_message_id, latency_ms: expect.any(Number) },
      },
      { event: 'receipt', service: 'ingest', provider: 'sms', details: { status: 'delivered' } },
    ]);
    const times = story.map(({ at }) => at);
    expect(times).toEqual(times.toSorted());
  });

  test('tells that it was asked for again with its key', async () => {
    const request = { to: aNumber() };
    const headers = { 'idempotency-key': 'told' };
    const first = await expecting(202, user.triesToSend(request, { headers }));
    await expecting(202, user.triesToSend(request, { headers }));
    const { id } = first.body as { id: string };
    const story = await until(
      async () => {
        const told = await user.timeline(id);
        return told.some(({ event }) => event === 'replayed') ? told : null;
      },
      { what: 'the repetition is told' },
    );
    expect(eventsOf(story).filter((event) => event === 'replayed')).toHaveLength(1);
  });

  test('tells what it waited for, and for how long it was asked to', async () => {
    const to = aNumber();
    await provider.will(to, { status: 429, retry_after: 1 });
    const { id } = await user.sends({ to, from: aSender() });
    const story = await untilEnds(id, 'receipt');
    expect(story).toMatchObject([
      { event: 'accepted' },
      { event: 'attempt', details: { outcome: 'throttled', retry_after_ms: 1_000 } },
      { event: 'waiting', details: { reason: 'throttled', until: expect.any(String) } },
      { event: 'waiting', details: { reason: 'throttled', waited_ms: expect.any(Number) } },
      { event: 'attempt', details: { outcome: 'accepted' } },
      { event: 'receipt' },
    ]);
  });

  test('tells every receipt, and why one of them changed nothing', async () => {
    const to = aNumber();
    await provider.will(to, { receipt: 'none' });
    const { id } = await user.sends({ to });
    const { provider_message_id } = await user.sees(id, 'sent');
    await report(provider_message_id, 'DELIVERED');
    await user.sees(id, 'delivered');
    await report(provider_message_id, 'FAILED');
    const story = await until(
      async () => {
        const told = await user.timeline(id);
        return eventsOf(told).includes('receipt_ignored') ? told : null;
      },
      { what: 'the ignored receipt is told' },
    );
    expect(eventsOf(story)).toEqual(['accepted', 'attempt', 'receipt', 'receipt', 'receipt_ignored']);
    expect(story.at(-1)?.summary).toEqual(expect.stringContaining('delivered'));
    expect(await user.message(id)).toMatchObject({ status: 'delivered' });
  });

  test('tells how it ended without being sent', async () => {
    const refused = aNumber();
    await provider.will(refused, { status: 400, code: 'no_such_line' });
    const failed = await user.sends({ to: refused });
    expect((await untilEnds(failed.id, 'failed')).at(-1)).toMatchObject({
      summary: expect.stringContaining('no_such_line'),
    });
    const canceled = await user.sends({ send_at: new Date(Date.now() + 3_600_000).toISOString() });
    await expecting(200, user.does('cancel', canceled.id));
    expect(eventsOf(await untilEnds(canceled.id, 'canceled'))).toEqual(['accepted', 'canceled']);
    const late = aNumber();
    await provider.will(late, { status: 429, retry_after: 3_600 });
    const expired = await user.sends({ to: late, from: aSender(), valid_for: 1 });
    await untilEnds(expired.id, 'expired');
  });

  test('tells of a message that came in, and that it was read', async () => {
    const body = JSON.stringify({
      message_id: 'told-1',
      from: '+919876500001',
      to: '+14155550100',
      timestamp: '2025-01-15T10:00:00Z',
      text: 'Hello',
    });
    await expecting(200, parley.client().webhook('inbox', body));
    const [message] = await until(
      async () => {
        const found = await user.lists('from=%2B919876500001');
        return found.length === 1 ? found : null;
      },
      { what: 'it is listed' },
    );
    const id = message?.id ?? '';
    expect(await user.does('read', id)).toMatchObject({ status: 200, body: { status: 'read' } });
    const story = await user.timeline(id);
    expect(story).toMatchObject([
      { event: 'received', service: 'ingest', provider: 'inbox' },
      { event: 'read', service: 'ingest' },
    ]);
  });

  test('is nobody else’s', async () => {
    const { id } = await user.sends();
    const stranger = await newAccount(parley, 'curious');
    expect(await stranger.asks(`/v1/messages/${id}/timeline`)).toMatchObject({ status: 404 });
    expect(await user.asks('/v1/messages/what/timeline')).toMatchObject({ status: 404 });
  });
});

describe('receipts in whatever order', () => {
  test.each([
    [['DELIVERED', 'FAILED'], 'delivered'],
    [['FAILED', 'DELIVERED'], 'delivered'],
    [['FAILED', 'FAILED'], 'undelivered'],
    [['DELIVERED', 'DELIVERED'], 'delivered'],
  ])('%j end as %s', async (statuses, end) => {
    const to = aNumber();
    await provider.will(to, { receipt: 'none' });
    const { id } = await user.sends({ to });
    const { provider_message_id } = await user.sees(id, 'sent');
    for (const status of statuses) await report(provider_message_id, status);
    const message = await user.sees(id, end);
    expect(message.delivered_at === null).toBe(end !== 'delivered');
    await until(async () => (await user.timeline(id)).some(({ event }) => event === 'receipt'), {
      what: 'receipts are told',
    });
    expect(await user.message(id)).toMatchObject({ status: end, delivered_at: message.delivered_at });
  });
});
