import { messageResource, shownMessage } from '@parley/contracts/http/message-resource';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import { notFound } from '../read-fields.ts';
import { findMessage, type Readers } from './find.ts';
import { messageIdIn } from './message-id-in.ts';

/** One message from whoever owns it, so that a client always reads its own write. */
export function readMessage(owners: Readers): KeyedHandler {
  return async ({ params }, { account_id }) => {
    const message = await findMessage(owners, { account_id, message_id: messageIdIn(params) });
    if (message === null) throw notFound('message');
    return { status: 200, body: messageResource(message) };
  };
}

/** What it tells of itself. */
export const readMessageDocs: Operation = {
  id: 'readMessage',
  summary: 'Read a message',
  reply: {
    status: 200,
    is: 'The message as it stands; it follows every write at once.',
    schema: shownMessage,
  },
};
