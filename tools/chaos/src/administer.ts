import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';
import type { Target } from './target.ts';

type Admin = Pick<Target, 'baseUrl' | 'adminKey'>;

const anything = z.looseObject({});

/** Changes what a connection is like. Throws when it cannot be. */
export async function changeConnection(admin: Admin, id: string, change: object): Promise<void> {
  await call(admin, { method: 'PATCH', path: `/v1/connections/${id}`, body: change, schema: anything });
}

/** Makes an account that may send SMS from any number through a connection of its own; returns its key. */
export async function makeAccount(
  admin: Admin,
  { id, url }: { id: string; /** Of the provider. */ url: string },
): Promise<string> {
  const post = <T>(path: string, body: object, schema: z.ZodType<T>) =>
    call(admin, { method: 'POST', path, body, schema });
  await post('/v1/accounts', { id, name: id }, anything);
  const connection = { account_id: id, provider: 'sms-gateway', types: ['sms'], url, rate_per_second: null };
  await post('/v1/connections', { id: `${id}-sms`, ...connection }, anything);
  const { key } = await post(
    '/v1/api-keys',
    { account_id: id, scopes: ['admin'] },
    z.object({ key: z.string() }),
  );
  await call(
    { ...admin, adminKey: key },
    { method: 'POST', path: '/v1/senders', body: { kind: 'number', address: '*' }, schema: anything },
  );
  return key;
}

function call<T>(
  { baseUrl, adminKey }: Admin,
  { method, path, body, schema }: { method: string; path: string; body: object; schema: z.ZodType<T> },
): Promise<T> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  return readJson(baseUrl + path, schema, { method, headers, body: JSON.stringify(body) });
}
