import { messageResource } from '@parley/contracts/http/message-resource';
import { parseMessageId } from '@parley/contracts/ids';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Owners } from '../owners.ts';
import { notFound } from '../read-fields.ts';
import { firstFound } from './decide.ts';

type Readers = Pick<Owners, 'readDispatcherMessages' | 'readIngestMessages'>;

/** One message from whoever owns it, so that a client always reads its own write. */
export function readMessage(owners: Readers): KeyedHandler {
  return async ({ params }, { account_id }) => {
    const message_id = parseMessageId(params['id'] ?? '');
    if (message_id === null) throw notFound('message');
    const item = { account_id, message_id };
    const message = await firstFound([owners.readDispatcherMessages(item), owners.readIngestMessages(item)]);
    if (message === null) throw notFound('message');
    return { status: 200, body: messageResource(message) };
  };
}
