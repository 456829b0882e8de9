import type { Message } from '@parley/contracts/message';
import type { ReadItem } from '@parley/contracts/requests/read-messages';
import type { Owners } from '../owners.ts';
import { firstFound } from './decide.ts';

/** Who may have a message. */
export type Readers = Pick<Owners, 'readDispatcherMessages' | 'readIngestMessages'>;

/** A message from whoever owns it; null when nobody has it. Throws `Unavailable`. */
export function findMessage(owners: Readers, item: ReadItem): Promise<Message | null> {
  return firstFound([owners.readDispatcherMessages(item), owners.readIngestMessages(item)]);
}
