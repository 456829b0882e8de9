import type { MessageId } from '@parley/contracts/ids';
import type { FindItem } from '@parley/contracts/requests/find-messages';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { findMessages } from './store.ts';

/** Answers which messages of an account providers call by some names. */
export function messageFinder(db: Executor): RequestHandler<FindItem, MessageId[]> {
  return (items) => Promise.all(items.map((item) => findMessages(db, item)));
}
