import { newMessageId, type MessageId } from '@parley/contracts/ids';
import type { Acceptance } from '../accept-messages/decide.ts';
import { newMessages } from '../accept-messages/new-message.ts';
import type { Note } from '../notes/add-notes.ts';
import type { Acted, KeywordEffect } from './decide.ts';
import { answerText, type Sender } from './wording.ts';

/** A keyword, and the message that answers it. */
export interface Answer {
  decision: Acted;
  id: MessageId;
  acceptance: Acceptance;
}

/** How long an answer may wait to be sent, s: later it would be a surprise. */
const VALID_FOR_S = 300;

/** The message that answers a keyword, from the address that it was said to, in its conversation. */
export function answerTo(decision: Acted, sender: Sender, accepted_at: string): Answer {
  const { message_id, account_id, conversation_id, from, to, trace_id, ...fact } = decision.fact;
  const id = newMessageId();
  const users = new Map([
    [from, fact.from_user_id],
    [to, fact.to_user_id],
  ]);
  const choices = { priority: 'high', on_unknown_outcome: null, category: 'transactional' } as const;
  const messages = newMessages(
    {
      account_id,
      conversation_id,
      type: 'sms',
      from: to,
      recipients: [{ id, to: from }],
      subject: null,
      body: answerText(decision.effect, sender),
      attachments: [],
      metadata: null,
      client_reference: null,
      in_reply_to: message_id,
      trace_id,
      timestamp: null,
      send_at: null,
      valid_for: VALID_FOR_S,
      idempotency: null,
      directory_version: 0,
      ...choices,
    },
    { accepted_at, valid_for_ms: VALID_FOR_S * 1_000, userOf: (address) => users.get(address) ?? null },
  );
  return { decision, id, acceptance: { kind: 'accept', account_id, messages, choices, idempotency: null } };
}

const WHY: Record<KeywordEffect, string> = {
  opted_out: 'It tells who said STOP that it was heard; it is sent although they opted out.',
  opted_in: 'It tells who said START that it was heard.',
  help: 'It answers HELP; it is sent even to somebody who opted out.',
};

/** That a message is the answer to a keyword: for its timeline. */
export function noteOnAnswer({ id, decision: { fact, effect } }: Answer): Note {
  const { keyword, message_id } = fact;
  return {
    message_id: id,
    event: 'keyword',
    provider: null,
    summary: WHY[effect],
    details: { keyword, in_reply_to: message_id },
  };
}
