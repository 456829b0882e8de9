import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import type { Endpoint } from '@parley/launcher/instance/instance-file';
import { until } from '@parley/testkit';
import { z } from 'zod';
import type { OutsideProvider } from './outside-provider.ts';
import { messageIn, parleyClient, type Answer } from './parley-client.ts';
import { aNumber, expecting, sendingAccount, type User } from './people.ts';
import { providerOf, type Provider } from './provider.ts';

/** What is accepted, backed up, destroyed and restored; and what has to be so afterwards. */
export interface BackupStory {
  /** Messages of every kind are accepted; many of them are under way when this resolves. */
  beforeTheBackup(): Promise<void>;
  /** Everything is sent, and one message more, which no backup knows of. */
  betweenBackupAndLoss(): Promise<void>;
  /** Throws unless nothing accepted before the backup is lost, and nothing was sent twice. */
  afterTheRestore(): Promise<void>;
  close(): Promise<void>;
}

/** Where the story has come to. */
interface Teller {
  shop: User;
  provider: Provider;
  /** The ids of what was accepted before the backup, by recipient. */
  accepted: Map<string, string>;
  /** Recipients of what was delivered before the backup, and of what is for later. */
  delivered: string[];
  scheduled: string[];
  /** Has said STOP. */
  gone: string;
  /** Accepted after the backup, with a key. */
  late: { to: string; key: string };
}

const SHOP = '+14155550100';
const DELIVERED = 10;
const SCHEDULED = 5;
const UNDER_WAY = 40;
const AN_HOUR_MS = 3_600_000;

/** The story of a shop that sends through a provider outside, as a customer of the Parley at `endpoint`. */
export async function backupStory(endpoint: Endpoint, outside: OutsideProvider): Promise<BackupStory> {
  const client = parleyClient({ ...endpoint, simulatorUrl: outside.url });
  const parley = { endpoint: () => endpoint, client: () => client };
  const shop = await sendingAccount(parley, 'shop');
  const connection = { ...outside.connection, rate_per_second: null };
  await expecting(201, shop.asks('/v1/connections', { body: connection }));
  const teller: Teller = {
    shop,
    provider: providerOf(parley),
    accepted: new Map(),
    delivered: [],
    scheduled: [],
    gone: aNumber(),
    late: { to: aNumber(), key: randomUUID() },
  };
  const saysStop = { connection: connection.id, from: teller.gone, to: SHOP, body: 'STOP' };
  return {
    beforeTheBackup: async () => {
      await expecting(200, client.simulator('/control/inbound', { body: saysStop }));
      await beforeTheBackup(teller);
    },
    betweenBackupAndLoss: () => betweenBackupAndLoss(teller),
    afterTheRestore: () => afterTheRestore(teller),
    close: () => client.close(),
  };
}

/** Lets the shop send so many messages, each to somebody else; gives their numbers. */
function accept(teller: Teller, times: number, fields: Record<string, unknown> = {}): Promise<string[]> {
  return Promise.all(
    Array.from({ length: times }, async () => {
      const to = aNumber();
      const { id } = await teller.shop.sends({ from: SHOP, to, ...fields });
      teller.accepted.set(to, id);
      return to;
    }),
  );
}

async function beforeTheBackup(teller: Teller): Promise<void> {
  const { shop, provider, gone } = teller;
  teller.delivered = await accept(teller, DELIVERED);
  for (const to of teller.delivered) await shop.sees(idOf(teller, to), 'delivered');
  await until(async () => (await consentOf(teller)) === 'opted_out', {
    what: `the STOP of ${gone} is known`,
  });
  teller.scheduled = await accept(teller, SCHEDULED, {
    send_at: new Date(Date.now() + AN_HOUR_MS).toISOString(),
  });
  // Calls that take their time.
  await provider.behaves({ seed: 1, latency_ms: 3_000, receipts: {} });
  await accept(teller, UNDER_WAY);
}

async function betweenBackupAndLoss({ shop, accepted, scheduled, late }: Teller): Promise<void> {
  for (const [to, id] of accepted) if (!scheduled.includes(to)) await shop.sees(id, 'delivered');
  const { id } = messageIn(await expecting(202, sendLate({ shop, late })));
  await shop.sees(id, 'delivered');
}

async function afterTheRestore(teller: Teller): Promise<void> {
  const { shop, provider, accepted, delivered, scheduled, late } = teller;
  for (const [to, id] of accepted) {
    const later = scheduled.includes(to);
    const seen = await until(
      async () => {
        const { status } = await shop.message(id);
        return (later ? ['scheduled'] : ['sent', 'delivered']).includes(status) ? status : null;
      },
      { what: `the message to ${to} is sent` },
    );
    const { sent, entries } = await provider.calls(to);
    const keys = [...new Set(entries.map(({ idempotency_key }) => idempotency_key))];
    expect({ to, sent, keys }).toEqual({ to, sent: later ? 0 : 1, keys: later ? [] : [id.slice(4)] });
    if (delivered.includes(to)) expect([to, seen, entries.length]).toEqual([to, 'delivered', 1]);
  }
  expect(await consentOf(teller)).toBe('opted_out');
  await until(
    async () => {
      const listed = new Set((await shop.lists('direction=outbound&limit=200')).map(({ id }) => id));
      return [...accepted.values()].every((id) => listed.has(id));
    },
    { what: 'what was accepted before the backup is listed' },
  );
  expect(await shop.lists(`to=${encodeURIComponent(late.to)}`)).toEqual([]);
  // Nobody knows it any more: its client is told so by what it gets for its key.
  expect((await provider.calls(late.to)).sent).toBe(1);
  const again = await expecting(202, sendLate({ shop, late }));
  expect(again.headers['idempotency-replayed']).toBeUndefined();
  await until(async () => (await provider.calls(late.to)).sent === 2, { what: 'it is sent again' });
}

function sendLate({ shop, late: { to, key } }: Pick<Teller, 'shop' | 'late'>): Promise<Answer> {
  return shop.triesToSend({ from: SHOP, to }, { headers: { 'idempotency-key': key } });
}

async function consentOf({ shop, gone }: Teller): Promise<string | null> {
  const { body } = await expecting(200, shop.asks(`/v1/consent/${encodeURIComponent(gone)}`));
  return z.object({ state: z.string().nullable() }).parse(body).state;
}

function idOf({ accepted }: Teller, to: string): string {
  return accepted.get(to) ?? '';
}
