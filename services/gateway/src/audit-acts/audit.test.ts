import { afterAll, describe, expect, test } from '@jest/globals';
import { accountId } from '@parley/contracts/ids';
import { createDatabase } from '@parley/platform/db';
import { OutcomeUnknown } from '@parley/platform/runtime';
import type { Tables } from '../database.ts';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { loadActs } from '../testing/load-acts.ts';
import { testKey } from '../testing/test-keys.ts';
import { actOf } from './act.ts';
import { auditor } from './audit.ts';

const admin = testKey('admin', ['admin']);

const { gateway, databaseUrl, close } = await seededGateway({
  id: 'first',
  senders: [],
  api_keys: [admin.row],
});
afterAll(close);

const act = (method: string, path: string, body?: unknown) =>
  gateway.call(path, { method, key: admin.key, ...(body === undefined ? {} : { body }) });

test('every change of the directory is in the audit log, and nothing that was refused', async () => {
  const sender = await act('POST', '/v1/senders', { kind: 'number', address: '*' });
  await act('POST', '/v1/senders', { kind: 'number', address: '*' });
  const sender_id = String(sender.body['id']);
  await act('DELETE', `/v1/senders/${sender_id}`);
  await act('DELETE', `/v1/senders/${sender_id}`);
  await act('POST', '/v1/accounts', { id: 'new', name: 'New' });
  await act('PATCH', '/v1/accounts/new', { blocked_words: ['Halt'] });
  const key = await act('POST', '/v1/api-keys', { account_id: 'new', scopes: ['read'] });
  const key_id = String(key.body['id']);
  await act('DELETE', `/v1/api-keys/${key_id}`);
  await act('POST', '/v1/users', { user_name: 'bugs', phone: '+12025550142' });
  await act('PATCH', '/v1/users/bugs', { phone: null });
  await act('DELETE', '/v1/users/bugs');
  const of = (account_id: string, action: string, subject: string, details = {}) => ({
    account_id,
    by: 'admin',
    action,
    subject,
    details,
  });
  expect(await loadActs(databaseUrl)).toEqual([
    of('first', 'sender.add', sender_id, { kind: 'number', address: '*' }),
    of('first', 'sender.remove', sender_id),
    of('new', 'account.create', 'new', { name: 'New' }),
    of('new', 'account.change', 'new', { blocked_words: ['Halt'] }),
    of('new', 'api_key.create', key_id, { scopes: ['read'], expires_at: null }),
    of('new', 'api_key.revoke', key_id),
    of('first', 'user.create', 'bugs'),
    of('first', 'user.change', 'bugs', { fields: ['phone'] }),
    of('first', 'user.remove', 'bugs'),
  ]);
});

describe('an act that another service commits', () => {
  const caller = {
    key_id: 'admin',
    account_id: accountId.parse('first'),
    directory_version: 1,
    scopes: [],
    rate_limit: null,
    expires_at: null,
  };
  const redrive = actOf(caller, 'message.redrive', { subject: 'msg_1' });

  test('is done, and told as done or failed, although it cannot be noted: then it is in the log', async () => {
    const away = createDatabase<Tables>({ url: 'postgres://127.0.0.1:1/none', schema: 'gateway' });
    const logged: unknown[] = [];
    const audit = auditor(away, { error: (...line: unknown[]) => void logged.push(line) });
    expect(await audit(redrive, async () => 'done')).toBe('done');
    const lost = new OutcomeUnknown('no answer');
    await expect(audit(redrive, () => Promise.reject(lost))).rejects.toBe(lost);
    expect(logged).toMatchObject([
      [{ subject: 'msg_1', details: {} }, expect.any(String)],
      [{ subject: 'msg_1', details: { outcome_unknown: true } }, expect.any(String)],
    ]);
    await away.destroy();
  });
});
