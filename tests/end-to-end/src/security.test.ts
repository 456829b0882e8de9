import { expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { sql } from 'kysely';
import { runningParley } from './running-parley.ts';

const parley = runningParley();
const asAdmin = (path: string, body?: unknown, method?: string) =>
  parley.client().call(path, {
    key: parley.endpoint().adminKey,
    ...(body === undefined ? {} : { body }),
    ...(method === undefined ? {} : { method }),
  });

test('a connection may not lead to the cloud’s metadata or another private address', async () => {
  for (const url of [
    'http://169.254.169.254/latest',
    'http://[fd00:ec2::254]/',
    'http://10.1.2.3/',
    'http://0xa9fea9fe/',
  ]) {
    const refused = await asAdmin('/v1/connections', { provider: 'sms-gateway', id: 'inward', url });
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ pointer: '#/url' }] } });
  }
});

test('no secret of a connection can be read in the database', async () => {
  const token = 'token-that-nobody-may-read';
  const made = await asAdmin('/v1/connections', {
    provider: 'sms-gateway',
    id: 'sealed',
    url: parley.endpoint().providersUrl,
    token,
  });
  expect(made.status).toBe(201);
  const { secret } = made.body as { secret: string };
  const db = createDatabase<never>({
    url: parley.endpoint().postgresUrl,
    schema: 'gateway',
    maxConnections: 1,
  });
  const { rows } = await sql<{ text: string }>`select connection::text as text from connection`.execute(db);
  await db.destroy();
  const stored = rows.map(({ text }) => text).join();
  const known = Object.values(parley.endpoint().connections).map((one) => one.secret);
  expect([token, secret, ...known].filter((hush) => stored.includes(hush))).toEqual([]);
  expect((await asAdmin('/v1/connections/sealed', undefined, 'DELETE')).status).toBe(204);
});

test('a key with a limit is told how it stands, and what admins did can be looked up', async () => {
  await asAdmin('/v1/accounts', { id: 'busy', name: 'Busy' });
  expect(
    (await asAdmin('/v1/accounts/busy', { rate_limit: { requests: 1, seconds: 600 } }, 'PATCH')).status,
  ).toBe(200);
  const made = await asAdmin('/v1/api-keys', { account_id: 'busy', scopes: ['read'] });
  const { key } = made.body as { key: string };
  expect((await parley.client().call('/v1/messages', { key })).status).toBe(200);
  expect(await parley.client().call('/v1/messages', { key })).toMatchObject({
    status: 429,
    body: { code: 'rate_limited' },
  });
  const { body } = await asAdmin('/v1/audit-log?account_id=busy');
  const { data } = body as { data: { action: string }[] };
  expect(data.map(({ action }) => action)).toEqual(['api_key.create', 'account.change', 'account.create']);
});
