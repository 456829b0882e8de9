import { asUnavailable } from '@parley/platform/db';

/** Settles as a statement outside a transaction does; rejects with `Unavailable` when the database is away. */
export async function available<T>(statement: Promise<T>): Promise<T> {
  try {
    return await statement;
  } catch (error) {
    throw asUnavailable(error);
  }
}
