import { afterAll, afterEach, expect, test } from '@jest/globals';
import type { ConsentEntry } from '@parley/contracts/consent';
import { accountId } from '@parley/contracts/ids';
import { messageType } from '@parley/contracts/message-type';
import { aConsent, ANY_ACCOUNT, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import { sql } from 'kysely';
import type { DispatcherTables } from './database.ts';
import { loadConsents } from './latest-consent.ts';
import { addConsents } from './record-consent/store.ts';

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');

afterEach(async () => {
  await sql`truncate consent`.execute(db);
});
afterAll(close);

test('the class of a type is the one that the contract names', async () => {
  const address = '+12125550199';
  await addConsents(db, [
    aConsent({ type_class: 'sms', state: 'opted_in' }),
    aConsent({ type_class: 'email', state: 'opted_out' }),
  ]);
  const states = await loadConsents(
    db,
    messageType.options.map((type) => ({ account_id: ANY_ACCOUNT, type, address })),
  );
  const expected = { sms: 'opted_in', mms: 'opted_in', email: 'opted_out', chat: null };
  expect(states).toEqual(messageType.options.map((type) => expected[type]));
});

test('nothing is known of other addresses and in other accounts', async () => {
  await addConsents(db, [aConsent()]);
  const states = await loadConsents(db, [
    { account_id: accountId.parse('other'), type: 'sms', address: '+12125550199' },
    { account_id: ANY_ACCOUNT, type: 'sms', address: '+12125550198' },
    { account_id: ANY_ACCOUNT, type: 'sms', address: '+12125550199' },
  ]);
  expect(states).toEqual([null, null, 'opted_out']);
});

test('the latest line by (received_at, id) counts, in whatever order lines are recorded', async () => {
  const lines = fc.uniqueArray(
    fc.record({
      id: fc.uuid(),
      state: fc.constantFrom('opted_in' as const, 'opted_out' as const),
      received_at: fc.constantFrom(
        '2026-01-15T10:00:00.000Z',
        '2026-01-15T10:00:00.001Z',
        '2026-02-01T00:00:00.000Z',
      ),
    }),
    { selector: ({ id }) => id, minLength: 1, maxLength: 6 },
  );
  const orderOf = ({ received_at, id }: Pick<ConsentEntry, 'received_at' | 'id'>) => `${received_at} ${id}`;
  await fc.assert(
    fc.asyncProperty(lines, async (ledger) => {
      await sql`truncate consent`.execute(db);
      for (const line of ledger) await addConsents(db, [aConsent(line)]);
      const latest = ledger.toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1)).at(-1);
      const lookup = { account_id: ANY_ACCOUNT, type: 'sms' as const, address: '+12125550199' };
      expect(await loadConsents(db, [lookup])).toEqual([latest?.state]);
    }),
    { numRuns: 25 },
  );
});
