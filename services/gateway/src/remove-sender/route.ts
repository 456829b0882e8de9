import { z } from 'zod';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import { GONE, type Operation } from '../describe-api/operation.ts';
import { notFound } from '../read-fields.ts';
import { deleteSender } from './store.ts';

/** Takes an entry off the account's list of allowed senders, from the next request on. */
export function removeSender(directory: OwnDirectory): KeyedHandler {
  return async ({ params }, caller) => {
    const id = z.uuid().safeParse(params['id']).data;
    if (id === undefined) throw notFound('sender');
    const act = actOf(caller, 'sender.remove', { subject: id });
    const removed = await changeDirectory(directory, act, (trx) => deleteSender(trx, act.account_id, id));
    if (removed === null) throw notFound('sender');
    return { status: 204 };
  };
}

/** What it tells of itself. */
export const removeSenderDocs: Operation = {
  id: 'removeSender',
  summary: 'Allow a sender no more',
  reply: GONE,
};
