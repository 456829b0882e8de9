import type { ChangeItem, ChangeReply } from '@parley/contracts/requests/change-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { commitChanges, type CommitOptions } from '../commit-changes.ts';
import { changeMessages, type ChangeOptions } from './change.ts';
import type { Judge } from './standing.ts';

export type ChangerOptions = CommitOptions & ChangeOptions;

/** Makes the function that changes messages as `judge` says, all in one transaction, and answers after the commit. */
export function messageChanger<Item extends ChangeItem>(
  options: ChangerOptions,
  judge: Judge<Item>,
): RequestHandler<Item, ChangeReply> {
  return async (items) => {
    const { replies } = await commitChanges(options, (trx) => changeMessages(trx, items, judge, options));
    return replies;
  };
}
