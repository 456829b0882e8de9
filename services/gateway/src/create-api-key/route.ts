import { readJson } from '@parley/platform/http';
import { z } from 'zod';
import { actOf } from '../audit-acts/act.ts';
import { hashKey, type KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, notFound, readFields } from '../read-fields.ts';
import { createApiKeyRequest } from './decide.ts';
import { makeKey } from './make-key.ts';
import { insertApiKey, shownApiKey } from './store.ts';

/** Makes an API key, for another account only as the first account. The key itself is told here and never again. */
export function createApiKey(directory: OwnDirectory): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(createApiKeyRequest, await readJson(request, MAX_BODY_BYTES));
    if (body.account_id !== caller.account_id) await requireFirstAccount(directory.db, caller);
    const { id, key } = makeKey();
    const row = { id, ...body, key_hash: Buffer.from(hashKey(key), 'hex') };
    const { account_id, ...details } = body;
    const act = actOf(caller, 'api_key.create', { account_id, subject: id, details });
    const created = await changeDirectory(directory, act, (trx) => insertApiKey(trx, row));
    if (created === null) throw notFound('account');
    return { status: 201, body: { ...created, key } };
  };
}

/** What it tells of itself. */
export const createApiKeyDocs: Operation = {
  id: 'createApiKey',
  summary: 'Make an API key',
  body: {
    schema: createApiKeyRequest,
    examples: { 'To send and read': { account_id: 'demo', scopes: ['send', 'read'] } },
  },
  problems: ['not_found'],
  reply: {
    status: 201,
    is: 'The key, which is shown only here.',
    schema: shownApiKey.extend({ key: z.string() }),
  },
};
