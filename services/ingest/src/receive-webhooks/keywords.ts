import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import { keywordIn } from '@parley/contracts/keyword';
import { isText } from '../inbound-message.ts';
import type { MessageEntry } from './decide.ts';

/** Those of inbound messages that are a keyword and nothing else, by when they came in. */
export function keywordsIn(entries: readonly MessageEntry[]): KeywordReceived[] {
  return entries.flatMap(({ message, received_at }): KeywordReceived[] => {
    const { type, body, provider } = message;
    const keyword = isText(type) ? keywordIn(body) : null;
    if (keyword === null || body === null || provider === null) return [];
    const { id: message_id, account_id, conversation_id, from, to } = message;
    const { from_user_id, to_user_id, trace_id } = message;
    return [
      {
        kind: 'consent.keyword-received',
        message_id,
        account_id,
        conversation_id,
        connection_id: provider,
        type,
        keyword,
        from,
        to,
        from_user_id,
        to_user_id,
        body,
        received_at,
        trace_id,
      },
    ];
  });
}
