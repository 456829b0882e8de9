import { messageToSend } from '@parley/contracts/http/send-message';
import { preview } from '@parley/contracts/requests/preview-messages';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import type { Operation } from '../describe-api/operation.ts';
import type { Owners } from '../owners.ts';
import { prepareMessage, type PrepareMessages } from '../prepare-messages/prepare.ts';
import { readSending } from '../send-message/read-sending.ts';

export interface PreviewOptions {
  owners: Pick<Owners, 'previewMessages'>;
  prepare: PrepareMessages;
}

/** Says what would become of a message, which is checked as if it were sent. Nothing is stored, no key is used. */
export function previewMessage({ owners, prepare }: PreviewOptions): KeyedHandler {
  return async (request, caller) => {
    const { body: message } = await readSending(request);
    const prepared = await prepareMessage(prepare, message, caller);
    const { type, from, to, subject, body, send_at, priority } = prepared.request;
    const { account_id, directory_version } = caller;
    const item = { account_id, type, from, to, subject, body, send_at, priority, directory_version };
    return { status: 200, body: await owners.previewMessages(item) };
  };
}

/** What it tells of itself. */
export const previewMessageDocs: Operation = {
  id: 'previewMessage',
  summary: 'Say what would become of a message',
  body: {
    schema: messageToSend,
    examples: { 'An emoji costs': { from: 'MyCorp', to: '+233241234567', body: 'Hello \u{1F44B}' } },
  },
  problems: ['invalid_idempotency_key'],
  reply: { status: 200, is: 'What would happen; nothing is stored.', schema: preview },
};
