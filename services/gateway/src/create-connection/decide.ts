import { randomInt } from 'node:crypto';
import { accountId, connectionId, type AccountId } from '@parley/contracts/ids';
import { text } from '@parley/contracts/text';
import type { ConnectionSecrets } from '@parley/platform/secrets';
import type { Provider } from '@parley/providers/provider';
import { providerNamed } from '@parley/providers/registry';
import type { Insertable } from 'kysely';
import { z } from 'zod';
import type { Tables } from '../database.ts';
import { invalid } from '../read-fields.ts';
import { connectionErrors, connectionFields, webhookSecret } from './fields.ts';

/** It is part of a path. */
const newConnectionId = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'is not 1 to 64 letters, digits, dots, hyphens and underscores that begin with a letter or digit',
  )
  .pipe(connectionId);

const { types, priority, url, token, rate_per_second, honours_idempotency_keys, shared } = connectionFields;
const DEFAULT_RATE_PER_SECOND = 10;

/** The body of `POST /v1/connections`. */
export const createConnectionRequest = z.strictObject({
  id: newConnectionId.optional(),
  account_id: text.min(1).max(64).pipe(accountId).optional(),
  provider: text,
  types: types.optional(),
  priority: priority.default(0),
  url: url.default(null),
  token: token.default(null),
  secret: webhookSecret.optional(),
  rate_per_second: rate_per_second.default(DEFAULT_RATE_PER_SECOND),
  honours_idempotency_keys: honours_idempotency_keys.default(null),
  shared: shared.default(false),
});
type CreateConnectionRequest = z.infer<typeof createConnectionRequest>;

/** A new connection and its one webhook secret. */
export interface NewConnection {
  row: Insertable<Tables['connection']> & ConnectionSecrets;
  secret: string;
}

/**
 * The connection that a request describes. Without `types` it sends all that its provider sends if it has a `url`, else
 * it only receives. Throws a `validation_failed` problem when it could not do what it says.
 */
export function newConnection(request: CreateConnectionRequest, caller_account: AccountId): NewConnection {
  const { secret: given, account_id = caller_account, ...said } = request;
  const provider = providerNamed(said.provider);
  const typesOf = said.types ?? (said.url === null ? [] : [...(provider?.types ?? [])]);
  const errors = connectionErrors({ ...said, types: typesOf });
  if (provider === null || errors.length > 0) throw invalid(errors);
  const secret = given ?? makeSecret(provider);
  const id =
    said.id ??
    connectionId.parse(
      `${provider.name}-${randomInt(2 ** 40)
        .toString(36)
        .padStart(8, '0')}`,
    );
  return { row: { ...said, id, account_id, types: typesOf, secrets: [secret] }, secret };
}

/** A new webhook secret; throws a `validation_failed` problem where only the provider can make one. */
export function makeSecret(provider: Provider): string {
  if (provider.newSecret !== undefined) return provider.newSecret();
  throw invalid([{ pointer: '#/secret', detail: `is needed: ${provider.name} makes it` }]);
}
