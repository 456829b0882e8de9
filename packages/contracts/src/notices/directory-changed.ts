import { z } from 'zod';
import type { NoticeContract } from '../contract.ts';
import { accountId } from '../ids.ts';

/** Something in an account's directory changed: drop what you cached of it. Published by gateway. */
const directoryChangedNotice = z.object({ account_id: accountId, version: z.int() });
export type DirectoryChanged = z.infer<typeof directoryChangedNotice>;

export const directoryChanged: NoticeContract<DirectoryChanged> = {
  subject: 'directory.changed',
  version: 1,
  notice: directoryChangedNotice,
};
