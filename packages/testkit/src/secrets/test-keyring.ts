import { keyringOf, type Keyring } from '@parley/platform/secrets';

/** A SECRETS_KEY for tests. */
export const TEST_SECRETS_KEY = `test:${Buffer.alloc(32, 7).toString('base64url')}`;

/** What TEST_SECRETS_KEY, or another text, is read as. */
export function testKeyring(text: string = TEST_SECRETS_KEY): Keyring {
  const keyring = keyringOf(text);
  if (keyring === null) throw new Error('these are no keys');
  return keyring;
}
