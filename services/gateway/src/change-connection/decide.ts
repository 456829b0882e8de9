import type { Updateable } from 'kysely';
import { z } from 'zod';
import { connectionErrors, connectionFields, webhookSecret } from '../create-connection/fields.ts';
import type { Tables } from '../database.ts';
import { invalid } from '../read-fields.ts';

/** The body of `PATCH /v1/connections/{id}`: what is left out stays as it is. */
export const changeConnectionRequest = z
  .strictObject({ ...connectionFields, rotate_secret: z.literal(true), secret: webhookSecret })
  .partial()
  .refine(({ rotate_secret, secret }) => secret === undefined || rotate_secret, {
    path: ['secret'],
    message: 'is taken only together with "rotate_secret": true',
  });
export type ConnectionChange = z.infer<typeof changeConnectionRequest>;

type Connection = Pick<Tables['connection'], 'provider' | 'types' | 'url' | 'secrets'>;

/**
 * The columns that change. A new secret takes its place before the one that was newest, and those two are taken from
 * then on. Throws a `validation_failed` problem when the connection could not do any more what it says.
 */
export function changedColumns(
  connection: Connection,
  { rotate_secret: _, secret: __, ...fields }: ConnectionChange,
  secret: string | null,
): Updateable<Tables['connection']> {
  const { provider, types, url } = connection;
  const errors = connectionErrors({
    provider,
    types: fields.types ?? types,
    url: fields.url === undefined ? url : fields.url,
  });
  if (errors.length > 0) throw invalid(errors);
  const defined = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return secret === null ? defined : { ...defined, secrets: [secret, ...connection.secrets.slice(0, 1)] };
}

/** What the audit log tells of a change: everything but secrets. */
export function toldOf({ token, secret: _, ...fields }: ConnectionChange): Record<string, unknown> {
  return token === undefined ? fields : { ...fields, token: token === null ? null : '(hidden)' };
}
