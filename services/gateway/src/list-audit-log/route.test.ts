import { afterAll, expect, test } from '@jest/globals';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

const admin = testKey('admin', ['admin']);
const tenant = testKey('tenant', ['admin']);
const reader = testKey('reader', ['send', 'read']);

const { gateway, close } = await seededGateway(
  { id: 'first', senders: [], api_keys: [admin.row, reader.row] },
  { id: 'second', senders: [], api_keys: [tenant.row] },
);
afterAll(close);

const list = (query = '', key = admin) => gateway.call(`/v1/audit-log${query}`, { key: key.key });
const actsOf = ({ body }: { body: Record<string, unknown> }) => body['data'];

test('tells an admin what was done to the account, newest first, page by page, and narrowed', async () => {
  for (const address of ['+12025550101', '+12025550102', '+12025550103'])
    await gateway.call('/v1/senders', { key: admin.key, body: { kind: 'number', address } });
  await gateway.call('/v1/accounts/second', { method: 'PATCH', key: admin.key, body: { name: 'Second' } });
  const all = actsOf(await list());
  expect(all).toEqual(
    ['+12025550103', '+12025550102', '+12025550101'].map((address) => ({
      id: expect.any(String),
      account_id: 'first',
      at: expect.any(String),
      by: 'admin',
      action: 'sender.add',
      subject: expect.any(String),
      details: { kind: 'number', address },
    })),
  );
  const firstPage = await list('?limit=2');
  const rest = await list(`?limit=2&cursor=${String(firstPage.body['next_cursor'])}`);
  expect([actsOf(firstPage), actsOf(rest)].flat()).toEqual(all);
  expect(actsOf(await list('?action=account.change'))).toEqual([]);
  expect(
    actsOf(await list('?account_id=second&action=account.change&by=admin&subject=second')),
  ).toMatchObject([{ details: { name: 'Second' } }]);
  expect(actsOf(await list('', tenant))).toMatchObject([{ account_id: 'second', action: 'account.change' }]);
});

test.each([
  ['', reader, 403],
  ['?account_id=first', tenant, 403],
  ['?account_id=nowhere', admin, 404],
  ['?action=everything', admin, 422],
  ['?colour=red', admin, 422],
  ['?cursor=garbage', admin, 422],
] as const)('GET /v1/audit-log%s is refused where it should be', async (query, key, status) => {
  expect((await list(query, key)).status).toBe(status);
});
