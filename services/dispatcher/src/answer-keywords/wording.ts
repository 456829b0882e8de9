import type { AccountDirectory } from '@parley/platform/directory';
import type { KeywordEffect } from './decide.ts';

/** An account as those who get its messages know it. */
export type Sender = Pick<AccountDirectory, 'name' | 'keywords'>;

/** What a keyword is answered with: the words of the account, else standard ones with its name. */
export function answerText(effect: KeywordEffect, { name, keywords }: Sender): string {
  const { contact, stop_text, start_text, help_text } = keywords;
  switch (effect) {
    case 'opted_out':
      return stop_text ?? `${name}: You will get no more messages from us. Reply START to get them again.`;
    case 'opted_in':
      return start_text ?? `${name}: You will get our messages. Reply HELP for help or STOP to end them.`;
    case 'help':
      return (
        help_text ??
        `${name}: ${contact === null ? '' : `For help, contact ${contact}. `}Reply STOP to get no more messages.`
      );
  }
}
