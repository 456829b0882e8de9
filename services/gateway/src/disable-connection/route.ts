import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { findOwner } from '../change-connection/find-owner.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { GONE, type Operation } from '../describe-api/operation.ts';
import { notFound } from '../read-fields.ts';
import { disable } from './store.ts';

/** Ends sending through a connection, from the next request on; its receipts are taken for seven days more. */
export function disableConnection(directory: OwnDirectory): KeyedHandler {
  return async ({ params }, caller) => {
    const { id, account_id } = await findOwner(directory.db, params, caller);
    const act = actOf(caller, 'connection.disable', { account_id, subject: id });
    const disabled = await changeDirectory(directory, act, (trx) => disable(trx, id));
    if (disabled === null) throw notFound('connection in use');
    return { status: 204 };
  };
}

/** What it tells of itself. */
export const disableConnectionDocs: Operation = {
  id: 'disableConnection',
  summary: 'End the use of a connection',
  description: 'Its receipts are taken for seven days more.',
  reply: GONE,
};
