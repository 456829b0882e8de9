import { text } from '@parley/contracts/text';
import { z } from 'zod';
import type { Answer, Finding, GetJson, ProviderAccount } from '../provider.ts';
import { authorizationOf } from './authorization.ts';
import { classifyFailure } from './classify-failure.ts';
import { jsonOf } from './json-of.ts';

const page = z.object({
  data: z.array(z.object({ id: text.min(1).max(255), client_reference: z.string() })),
});

/**
 * Asks `GET <account>/messages?client_reference=…`, which lists every message that the provider took with this
 * idempotency key, and says what came of it. Never throws.
 */
export async function findMessage(
  idempotencyKey: string,
  account: ProviderAccount,
  get: GetJson,
): Promise<Finding> {
  const url = `${account.url}/messages?client_reference=${encodeURIComponent(idempotencyKey)}`;
  try {
    return readPage(
      await get(url, { accept: 'application/json', ...authorizationOf(account) }),
      idempotencyKey,
    );
  } catch (error) {
    return { kind: 'unknown', reason: classifyFailure(error).reason };
  }
}

/** Only the promised list settles it: a 404, say, may come from a proxy, or from a URL that was mistyped. */
function readPage({ status, body }: Answer, idempotencyKey: string): Finding {
  if (status !== 200) return { kind: 'unknown', reason: `http_${status}` };
  const listed = page.safeParse(jsonOf(body)).data?.data;
  if (listed?.length === 0) return { kind: 'not_found' };
  // Who overlooks the parameter lists the messages of others.
  const ours = listed?.find((message) => message.client_reference === idempotencyKey);
  return ours === undefined
    ? { kind: 'unknown', reason: 'unreadable_list' }
    : { kind: 'found', provider_message_id: ours.id };
}
