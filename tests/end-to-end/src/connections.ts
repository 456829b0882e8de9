import type { SigningConnection } from './parley-client.ts';
import { expecting, type User } from './people.ts';
import type { RunningParley } from './running-parley.ts';

const HEADERS = { generic: 'x-signature', 'sms-gateway': 'x-provider-signature' };
const SECRET = 'known-to-both-sides';

/**
 * Gives an account a connection of its own, without a limit; what it sends, the simulator takes as what it is sent
 * through `sms`. Receipts are up to the test, for the simulator knows nothing of this connection.
 */
export async function connect(
  parley: RunningParley,
  account: User,
  { id, provider }: { id: string; provider: keyof typeof HEADERS },
): Promise<SigningConnection> {
  const url = provider === 'sms-gateway' ? { url: `${parley.endpoint().providersUrl}/sms` } : {};
  const body = { id, provider, secret: SECRET, rate_per_second: null, ...url };
  await expecting(201, account.asks('/v1/connections', { body }));
  const scheme = 'hmac-sha256-hex';
  return { provider, path: `/webhooks/${id}`, scheme, header: HEADERS[provider], secret: SECRET };
}
