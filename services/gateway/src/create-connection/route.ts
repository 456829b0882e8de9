import { Problem, readJson } from '@parley/platform/http';
import { sealConnection, type Keyring } from '@parley/platform/secrets';
import { z } from 'zod';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { requireFirstAccount } from '../change-directory/require-first-account.ts';
import { isAccount } from '../change-directory/store.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, notFound, readFields } from '../read-fields.ts';
import { createConnectionRequest, newConnection } from './decide.ts';
import { requireCallable, type CallableOptions } from './require-callable.ts';
import { insertConnection, shownConnection } from './store.ts';

export interface ConnectionOptions extends CallableOptions {
  directory: OwnDirectory;
  /** What secrets are stored under. */
  keyring: Keyring;
}

/**
 * Adds a connection; to another account, or one that is shared, only as the first account. Its webhook secret is told
 * here and never again.
 */
export function createConnection({ directory, keyring, ...callable }: ConnectionOptions): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(createConnectionRequest, await readJson(request, MAX_BODY_BYTES));
    const { row, secret } = newConnection(body, caller.account_id);
    await requireCallable(callable, body.url);
    const { id: subject, account_id, token: _, secrets: __, ...details } = row;
    const isOthers = account_id !== caller.account_id;
    if (isOthers || body.shared) await requireFirstAccount(directory.db, caller);
    if (isOthers && !(await isAccount(directory.db, account_id))) throw notFound('account');
    const act = actOf(caller, 'connection.create', { account_id, subject, details });
    const sealed = { ...row, ...sealConnection(keyring, row.id, row) };
    const created = await changeDirectory(directory, act, (trx) => insertConnection(trx, sealed));
    if (created === null) throw new Problem('conflict', 'There is a connection with this id already.');
    return { status: 201, body: { ...created, secret } };
  };
}

/** What it tells of itself. */
export const createConnectionDocs: Operation = {
  id: 'createConnection',
  summary: 'Add a connection',
  body: {
    schema: createConnectionRequest,
    examples: {
      'An SMS gateway': {
        id: 'sms-eu',
        provider: 'sms-gateway',
        url: 'https://sms.example/v1',
        token: 'secret-token',
      },
      'An inbox': { id: 'forms', provider: 'generic' },
    },
  },
  problems: ['conflict', 'not_found'],
  reply: {
    status: 201,
    is: 'The connection, and its webhook secret, which is shown only here.',
    schema: shownConnection.extend({ secret: z.string() }),
  },
};
