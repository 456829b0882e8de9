import { isToMany, messageToSend } from '@parley/contracts/http/send-message';
import { tracedBy } from '@parley/platform/http';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import type { PrepareMessages } from '../prepare-messages/prepare.ts';
import { invalid } from '../read-fields.ts';
import { accept } from './accept.ts';
import { SEND_PROBLEMS, sent, toAcceptItem, toReply } from './decide.ts';
import { findReplay } from './find-replay.ts';
import { fingerprintOf } from './fingerprint.ts';
import { readSending } from './read-sending.ts';

/** What sending needs. */
export interface SendOptions {
  owners: Pick<Owners, 'acceptMessages' | 'acceptTogether' | 'findReplays'>;
  prepare: PrepareMessages;
}

const ROUTE = 'POST /v1/messages';

/** Accepts a message to one recipient or to several: 202 once all of it is committed. */
export function sendMessage({ owners, prepare }: SendOptions): KeyedHandler {
  return async (request, caller) => {
    const { key, body } = await readSending(request);
    const toMany = isToMany(body);
    const idempotency = key === null ? null : { key, fingerprint: fingerprintOf(ROUTE, body) };
    const context = { caller, idempotency, trace: tracedBy(request) };
    const [prepared] = await prepare([body], caller.account_id);
    if (!prepared?.ok)
      return toReply(await findReplay(invalid(prepared?.errors ?? []), context, owners), toMany);
    return accept(toAcceptItem(prepared.value, context), owners, toMany);
  };
}

/** What it tells of itself. */
export const sendMessageDocs: Operation = {
  id: 'sendMessage',
  summary: 'Send a message',
  body: {
    schema: messageToSend,
    examples: {
      'An SMS': { from: 'MyCorp', to: '+233241234567', body: 'Hello, this is a test message.' },
      'An MMS': {
        type: 'mms',
        from: '+12016661234',
        to: '+18045551234',
        body: 'text message',
        attachments: ['attachment-url'],
        timestamp: '2024-11-01T14:00:00Z',
      },
      'An e-mail': {
        from: '[user@useapp.com](mailto:user@useapp.com)',
        to: '[contact@gmail.com](mailto:contact@gmail.com)',
        body: 'text message with or without html',
        attachments: ['attachment-url'],
        timestamp: '2024-11-01T14:00:00Z',
      },
      'A chat message': { from: 'rdibari', to: 'bugs', body: 'hey' },
      'To several, within the hour': {
        from: 'MyCorp',
        to: ['+233241234567', '+18045551234'],
        body: 'Hello, all of you.',
        valid_for: 3600,
      },
      'A sender that is not allowed': { from: 'BadSender', to: '+233241234567', body: 'This is refused.' },
      'A blocked word': { from: 'MyCorp', to: '+233241234567', body: 'Please STOP sending me messages.' },
    },
  },
  idempotent: true,
  problems: SEND_PROBLEMS,
  reply: { status: 202, is: 'Committed: the message, or a list of them where `to` is a list.', schema: sent },
};
