import { brokenUnique } from '@parley/platform/db';
import { Problem } from '@parley/platform/http';

/** What no two users of an account may share, by the index that sees to it. */
const SHARED: Record<string, 'user_name' | 'email'> = {
  user_account_id_user_name_key: 'user_name',
  user_email: 'email',
};

/** Settles as the change of a user does; rejects with a `conflict` that says what another user has already. */
export async function refuseTaken<Result>(change: Promise<Result>): Promise<Result> {
  try {
    return await change;
  } catch (error) {
    const field = SHARED[brokenUnique(error) ?? ''];
    if (field === undefined) throw error;
    const detail = 'belongs to another user of this account';
    throw new Problem('conflict', `This ${field} ${detail}.`, {
      errors: [{ pointer: `#/${field}`, detail }],
    });
  }
}
