import { text } from '@parley/contracts/text';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { isFirstAccount } from '../change-directory/store.ts';
import { GONE, type Operation } from '../describe-api/operation.ts';
import { notFound } from '../read-fields.ts';
import { accountOfKey, revokeKey } from './store.ts';

/** Revokes a key of the caller's account or, as the first account, of any: nobody gets in with it after 5 s. */
export function revokeApiKey(directory: OwnDirectory): KeyedHandler {
  return async ({ params }, caller) => {
    const id = text.safeParse(params['id']).data;
    const owner = id === undefined ? null : await accountOfKey(directory.db, id);
    if (id === undefined || owner === null) throw notFound('API key');
    if (owner !== caller.account_id && !(await isFirstAccount(directory.db, caller.account_id)))
      throw notFound('API key');
    const act = actOf(caller, 'api_key.revoke', { account_id: owner, subject: id });
    const revoked = await changeDirectory(directory, act, (trx) => revokeKey(trx, id));
    if (revoked === null) throw notFound('API key');
    return { status: 204 };
  };
}

/** What it tells of itself. */
export const revokeApiKeyDocs: Operation = {
  id: 'revokeApiKey',
  summary: 'Revoke an API key',
  description: 'Nobody gets in with it after 5 seconds.',
  reply: GONE,
};
