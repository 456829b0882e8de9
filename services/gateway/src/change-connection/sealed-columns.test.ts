import { expect, test } from '@jest/globals';
import { connectionId } from '@parley/contracts/ids';
import { openConnection, sealConnection } from '@parley/platform/secrets';
import { testKeyring } from '@parley/testkit';
import { sealedColumns } from './sealed-columns.ts';

const keyring = testKeyring();
const id = connectionId.parse('sms');
const lost = testKeyring(`lost:${Buffer.alloc(32).toString('base64url')}`);

test('a secret whose key is lost goes when a new one comes', () => {
  const { secrets } = sealConnection(lost, id, { token: null, secrets: ['unknown'] });
  const columns = sealedColumns(keyring, { id, secrets }, { secrets: ['new', ...secrets] });
  expect(openConnection(keyring, id, { token: null, secrets: columns.secrets ?? [] }).secrets).toEqual([
    'new',
  ]);
});

test('a token is sealed, taken away or left as it is', () => {
  const { token } = sealedColumns(keyring, { id, secrets: [] }, { token: 'hush' });
  expect(openConnection(keyring, id, { token: token ?? null, secrets: [] }).token).toBe('hush');
  expect(sealedColumns(keyring, { id, secrets: [] }, { token: null })).toEqual({ token: null });
  expect(sealedColumns(keyring, { id, secrets: [] }, { priority: 1 })).toEqual({ priority: 1 });
});
