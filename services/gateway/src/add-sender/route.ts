import { newRowId } from '@parley/contracts/ids';
import { Problem, readJson } from '@parley/platform/http';
import { actOf } from '../audit-acts/act.ts';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { changeDirectory, type OwnDirectory } from '../change-directory/change.ts';
import type { Operation } from '../describe-api/operation.ts';
import { MAX_BODY_BYTES, readFields } from '../read-fields.ts';
import { addSenderRequest } from './decide.ts';
import { insertSender, shownSender } from './store.ts';

/** Allows an address, or every address of a kind, as sender of the account's messages: from the next request on. */
export function addSender(directory: OwnDirectory): KeyedHandler {
  return async (request, caller) => {
    const body = readFields(addSenderRequest, await readJson(request, MAX_BODY_BYTES));
    const sender = { id: newRowId(), account_id: caller.account_id, ...body };
    const act = actOf(caller, 'sender.add', { subject: sender.id, details: { ...body } });
    const added = await changeDirectory(directory, act, (trx) => insertSender(trx, sender));
    if (added === null)
      throw new Problem('conflict', 'This sender is on the list already, or belongs to another account.');
    return { status: 201, body: added };
  };
}

/** What it tells of itself. */
export const addSenderDocs: Operation = {
  id: 'addSender',
  summary: 'Allow a sender',
  body: {
    schema: addSenderRequest,
    examples: {
      'A name': { kind: 'alphanumeric', address: 'MyCorp' },
      'Every number': { kind: 'number', address: '*' },
    },
  },
  problems: ['conflict'],
  reply: { status: 201, is: 'The entry.', schema: shownSender },
};
