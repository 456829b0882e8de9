import { afterAll, afterEach, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { aConsent, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import { sql } from 'kysely';
import type { DispatcherTables } from '../database.ts';
import { consentReader } from '../read-consent/handler.ts';
import { consentRecorder } from './handler.ts';

const ADDRESS = '+12125550199';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate consent`.execute(db);
});
afterAll(close);

async function ledgerOf(address = ADDRESS, limit = 200, account = ANY_ACCOUNT) {
  const [lines] = await consentReader(db)([{ account_id: account, address, limit }]);
  return lines;
}

test('a line without a time gets the one at which it is recorded, whatever the clock of whoever asked', async () => {
  const ahead = aConsent({ state: 'opted_in', received_at: '2026-01-15T10:00:00.000Z' });
  const record = consentRecorder(db);
  await record([ahead]);
  const [recorded] = await record([{ ...aConsent({ state: 'opted_out' }), received_at: null }]);
  expect(Date.parse(recorded?.received_at ?? '')).toBeGreaterThan(Date.parse(ahead.received_at));
  expect((await ledgerOf())?.map(({ state }) => state)).toEqual(['opted_out', 'opted_in']);
});

test('a line is answered and read as it was recorded', async () => {
  const line = aConsent({ evidence: 'said “stop” 👋' });
  expect(await consentRecorder(db)([line])).toEqual([line]);
  expect(await ledgerOf()).toEqual([line]);
});

test('the same id twice, in one batch, later or at once, is one line, and the first one stays', async () => {
  const first = aConsent();
  const again = { ...first, state: 'opted_in', evidence: null } as const;
  const record = consentRecorder(db);
  expect(await record([first, again])).toEqual([first, first]);
  expect(await record([again])).toEqual([first]);
  const other = aConsent({ address: '+12125550198' });
  await Promise.all(Array.from({ length: 10 }, () => record([other])));
  expect([await ledgerOf(), await ledgerOf(other.address)]).toEqual([[first], [other]]);
});

test('the ledger of an address holds the lines of all classes, newest first, equal times by id', async () => {
  const at = (second: number) => `2026-01-15T10:00:0${second}.000Z`;
  const line = (id: number, second: number, type_class: 'sms' | 'email') =>
    aConsent({ id: `00000000-0000-4000-8000-00000000000${id}`, received_at: at(second), type_class });
  const lines = [line(1, 1, 'sms'), line(2, 2, 'email'), line(3, 3, 'sms'), line(5, 3, 'email')];
  await consentRecorder(db)([...lines, aConsent({ address: '+12125550198' })]);
  expect(await ledgerOf()).toEqual(lines.toReversed());
  expect(await ledgerOf(ADDRESS, 2)).toEqual(lines.toReversed().slice(0, 2));
});

test('every account has a ledger of its own, and an address without lines an empty one', async () => {
  await consentRecorder(db)([aConsent()]);
  const other = accountId.parse('other');
  const replies = await consentReader(db)([
    { account_id: other, address: ADDRESS, limit: 10 },
    { account_id: ANY_ACCOUNT, address: ADDRESS, limit: 10 },
    { account_id: ANY_ACCOUNT, address: '+19', limit: 10 },
  ]);
  expect(replies.map((lines) => lines.length)).toEqual([0, 1, 0]);
});

test('a database that is away is told as such', async () => {
  const away = createDatabase<DispatcherTables>({ url: 'postgres://127.0.0.1:1/none', schema: 'dispatcher' });
  await expect(consentRecorder(away)([aConsent()])).rejects.toBeInstanceOf(Unavailable);
  await away.destroy();
});
