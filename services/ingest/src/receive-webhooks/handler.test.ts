import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AddressLookup } from '@parley/platform/directory';
import { createDatabase } from '@parley/platform/db';
import type { OutboxRow } from '@parley/platform/outbox';
import { createMetrics } from '@parley/platform/runtime';
import { ANY_ACCOUNT, testDatabase, type TestDatabase } from '@parley/testkit';
import { sql, type Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { webhookReceiver } from './handler.ts';
import {
  aReceipt,
  aWebhook,
  anEmail,
  anSms,
  asKnown,
  INBOX,
  MAIL,
  RECEIVED_AT,
  SMS,
} from './webhook-fixtures.ts';

let database: TestDatabase;
const opened: Kysely<IngestTables>[] = [];

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(async () => {
  for (const db of opened) await db.destroy();
  await database.drop();
});

const connections = new Map([SMS, MAIL, INBOX].map((one) => [one.id, asKnown(one)]));

/** An instance of the service: connections of its own to the same database. */
function anInstance() {
  const db = createDatabase<IngestTables>({ url: database.url, schema: 'ingest' });
  opened.push(db);
  const asked: number[] = [];
  const published: OutboxRow[] = [];
  const metrics = createMetrics('ingest');
  const directory = {
    connection: async (id: string) => connections.get(id) ?? null,
    users: async (lookups: readonly AddressLookup[]) => {
      asked.push(lookups.length);
      return lookups.map(() => null);
    },
    senderAccounts: async () => [],
  };
  const outbox = { publishNow: (rows: readonly OutboxRow[]) => void published.push(...rows) };
  return { db, asked, published, metrics, receive: webhookReceiver({ db, directory, outbox, metrics }) };
}

let lastId = 0;
const freshId = (): string => `event-${(lastId += 1)}`;
const outcomes = (replies: readonly { outcome: string }[]): string[] => replies.map((reply) => reply.outcome);

async function stored(db: Kysely<IngestTables>, ids: string[]): Promise<{ body: string | null }[]> {
  return db.selectFrom('inbound_message').select('body').where('provider_message_id', 'in', ids).execute();
}

describe('a batch of webhooks', () => {
  test('is stored with the facts that tell of it, which are published after the commit', async () => {
    const { db, receive, published, asked } = anInstance();
    const [one, two, reference] = [freshId(), freshId(), freshId()];
    const replies = await receive([
      aWebhook(SMS, anSms({ messaging_provider_id: one })),
      aWebhook(MAIL, anEmail({ xillio_id: two })),
      aWebhook(SMS, aReceipt({ provider_reference: reference })),
      aWebhook(INBOX, { message_id: freshId(), from: '+12', to: '+13', ts: '2025-01-15T10:00:00Z' }),
    ]);
    expect(outcomes(replies)).toEqual(['accepted', 'accepted', 'accepted', 'accepted']);
    expect(asked).toEqual([6]);
    const outbox = await sql<{
      subject: string;
      payload: string;
    }>`select subject, payload from outbox`.execute(db);
    expect(outbox.rows).toEqual(published.map(({ subject, payload }) => ({ subject, payload })));
    expect(published.map(({ subject, payload }) => [subject, JSON.parse(payload).facts.length])).toEqual([
      ['event.message.v1', 3],
      ['event.receipt.v1', 1],
    ]);
    expect(JSON.parse(published[0]?.payload ?? '').facts[0]).toMatchObject({
      kind: 'message.received',
      message: { provider_message_id: one, direction: 'inbound', status: 'received' },
    });
  });

  test('tells of texts that are keywords before anything else, once', async () => {
    const { receive, published } = anInstance();
    const [stop, mail, hello] = [freshId(), freshId(), freshId()];
    const webhooks = [
      aWebhook(SMS, anSms({ messaging_provider_id: hello, body: 'Hello' })),
      aWebhook(SMS, anSms({ messaging_provider_id: stop, body: ' “Stop!” ' })),
      aWebhook(MAIL, anEmail({ xillio_id: mail, body: 'STOP' })),
    ];
    await receive(webhooks);
    const [keywords, messages] = published.map(({ subject, payload }) => ({
      subject,
      ...JSON.parse(payload),
    }));
    expect([keywords.subject, messages.facts.length]).toEqual(['event.consent.v1', 3]);
    expect(keywords.facts).toEqual([
      {
        kind: 'consent.keyword-received',
        message_id: messages.facts[1].message.id,
        account_id: ANY_ACCOUNT,
        conversation_id: messages.facts[1].message.conversation_id,
        connection_id: 'sms',
        type: 'sms',
        keyword: 'stop',
        from: '+18045551234',
        to: '+12016661234',
        from_user_id: null,
        to_user_id: null,
        body: ' “Stop!” ',
        received_at: RECEIVED_AT,
        trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
      },
    ]);
    expect(outcomes(await receive(webhooks))).toEqual(['duplicate', 'duplicate', 'duplicate']);
    expect(published).toHaveLength(2);
  });

  test('keeps a text that seems to ask for no more messages as one to look at', async () => {
    const { receive, published } = anInstance();
    await receive([aWebhook(SMS, anSms({ messaging_provider_id: freshId(), body: 'please opt me out' }))]);
    expect(published.map(({ payload }) => JSON.parse(payload).facts[0].message.status_reason)).toEqual([
      'possible_opt_out',
    ]);
  });

  test('refuses bad webhooks alone and stores nothing of them', async () => {
    const { receive, db } = anInstance();
    const [good, forged] = [freshId(), freshId()];
    const replies = await receive([
      aWebhook({ ...SMS, id: 'nobody' }, anSms()),
      aWebhook(SMS, anSms({ messaging_provider_id: forged }), 'guessed'),
      aWebhook(SMS, '{'),
      aWebhook(SMS, anSms({ from: 'not a number at all' })),
      aWebhook(SMS, anSms({ messaging_provider_id: good })),
    ]);
    expect(replies.map((reply) => ('code' in reply ? reply.code : reply.outcome))).toEqual([
      'not_found',
      'invalid_signature',
      'invalid_json',
      'validation_failed',
      'accepted',
    ]);
    expect(await stored(db, [good, forged])).toHaveLength(1);
  });

  test('with a row that PostgreSQL refuses stores all the others', async () => {
    const { receive, db } = anInstance();
    const ids = [freshId(), freshId(), freshId()];
    const bad = { ...aWebhook(SMS, anSms({ messaging_provider_id: freshId() })), received_at: 'never' };
    const replies = await receive([
      ...ids.map((id) => aWebhook(SMS, anSms({ messaging_provider_id: id }))),
      bad,
    ]);
    expect(outcomes(replies)).toEqual(['accepted', 'accepted', 'accepted', 'refused']);
    expect(await stored(db, ids)).toHaveLength(3);
  });

  test('with a row that PostgreSQL refuses refuses its repeats, too', async () => {
    const { receive, db } = anInstance();
    const [good, bad] = [freshId(), freshId()];
    const unstorable = { ...aWebhook(SMS, anSms({ messaging_provider_id: bad })), received_at: 'never' };
    const replies = await receive([
      unstorable,
      aWebhook(SMS, anSms({ messaging_provider_id: good })),
      unstorable,
    ]);
    expect(outcomes(replies)).toEqual(['refused', 'accepted', 'refused']);
    expect(await stored(db, [bad])).toEqual([]);
  });

  test('of nothing to keep does not touch the database', async () => {
    const { receive, db } = anInstance();
    const nowhere = aWebhook({ ...SMS, id: 'nobody' }, anSms());
    await db.destroy();
    opened.splice(opened.indexOf(db), 1);
    expect(outcomes(await receive([nowhere]))).toEqual(['refused']);
  });
});

describe('an event that comes again', () => {
  test('is a duplicate, and the first content stays', async () => {
    const { receive, published, db } = anInstance();
    const id = freshId();
    await receive([aWebhook(SMS, anSms({ messaging_provider_id: id, body: 'first' }))]);
    const again = aWebhook(SMS, anSms({ messaging_provider_id: id, body: 'second' }));
    expect(outcomes(await receive([again, again]))).toEqual(['duplicate', 'duplicate']);
    expect(await stored(db, [id])).toEqual([{ body: 'first' }]);
    expect(published).toHaveLength(1);
  });

  test('is stored once when twenty come in parallel at two instances, in batches of any order', async () => {
    const [one, other] = [anInstance(), anInstance()];
    const ids = [freshId(), freshId(), freshId()];
    const batch = ids.map((id) => aWebhook(SMS, anSms({ messaging_provider_id: id })));
    const replies = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? one : other).receive(index % 3 === 0 ? batch.toReversed() : batch),
      ),
    );
    const all = replies.flatMap(outcomes);
    expect(all.filter((outcome) => outcome === 'accepted')).toHaveLength(3);
    expect(all.filter((outcome) => outcome === 'duplicate')).toHaveLength(57);
    expect(await stored(one.db, ids)).toHaveLength(3);
  });

  test('is recognised after a restart', async () => {
    const webhook = aWebhook(SMS, aReceipt({ provider_reference: freshId(), status: 'failed' }));
    expect(outcomes(await anInstance().receive([webhook]))).toEqual(['accepted']);
    expect(outcomes(await anInstance().receive([webhook]))).toEqual(['duplicate']);
  });

  test('is counted once', async () => {
    const { receive, metrics } = anInstance();
    const webhook = aWebhook(SMS, anSms({ messaging_provider_id: freshId() }));
    await receive([webhook, webhook]);
    await receive([webhook]);
    const { body } = await metrics.expose();
    expect(body).toContain(
      'messages_total{direction="inbound",type="sms",status="received",provider="sms",service="ingest"} 1',
    );
  });
});
