import { Problem, readJson } from '@parley/platform/http';
import { providerNamed } from '@parley/providers/registry';
import { z } from 'zod';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { makeSecret } from '../create-connection/decide.ts';
import { requireCallable } from '../create-connection/require-callable.ts';
import type { ConnectionOptions } from '../create-connection/route.ts';
import { shownConnection } from '../create-connection/store.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { changeConnectionRequest, changedColumns, toldOf, type ConnectionChange } from './decide.ts';
import { findOwner } from './find-owner.ts';
import { sealedColumns } from './sealed-columns.ts';
import { lockConnection, updateConnection } from './store.ts';

/**
 * Changes a connection from the next request on; only the first account makes it a shared one. A new webhook secret is
 * told here and never again.
 */
export function changeConnection({ directory, keyring, ...callable }: ConnectionOptions): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(changeConnectionRequest, await readJson(request, MAX_BODY_BYTES));
    await requireCallable(callable, body.url ?? null);
    const { id, account_id } = await findOwner(directory.db, request.params, caller);
    if (body.shared) await requireFirstAccount(directory.db, caller);
    const act = actOf(caller, 'connection.change', { account_id, subject: id, details: toldOf(body) });
    const changed = await changeDirectory(directory, act, async (trx) => {
      const connection = await lockConnection(trx, id);
      if (connection === null || connection.disabled_at !== null) return null;
      const secret = newSecret(connection.provider, body);
      const shown = await updateConnection(
        trx,
        id,
        sealedColumns(keyring, connection, changedColumns(connection, body, secret)),
      );
      return secret === null ? shown : { ...shown, secret };
    });
    if (changed === null) throw new Problem('conflict', 'This connection is disabled.');
    return { status: 200, body: changed };
  };
}

/** The secret to come, given or made; null when the old one stays. */
function newSecret(provider: string, { rotate_secret, secret }: ConnectionChange): string | null {
  if (!rotate_secret) return null;
  const known = providerNamed(provider);
  return secret ?? (known === null ? null : makeSecret(known));
}

/** What it tells of itself. */
export const changeConnectionDocs: Operation = {
  id: 'changeConnection',
  summary: 'Change a connection',
  body: {
    schema: changeConnectionRequest,
    examples: { 'A slower one': { rate_per_second: 5 }, 'A new webhook secret': { rotate_secret: true } },
  },
  problems: ['conflict'],
  reply: {
    status: 200,
    is: 'The connection as it is now; a new webhook secret is shown only here.',
    schema: shownConnection.extend({ secret: z.string().optional() }),
  },
};
