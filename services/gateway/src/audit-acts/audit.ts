import { OutcomeUnknown, type Logger } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { Tables } from '../database.ts';
import type { Act } from './act.ts';
import { insertAct } from './store.ts';

/**
 * Does something that another service commits, and notes it once it is done or nobody knows whether it is. Settles as
 * `doing` does, whatever becomes of the note: a line that cannot be stored goes to the log of this process, whole.
 */
export type Audit = <Result>(
  act: Act,
  doing: () => Promise<Result>,
  detailsOf?: (result: Result) => Record<string, unknown>,
) => Promise<Result>;

/** Makes the function that notes acts done elsewhere. */
export function auditor(db: Kysely<Tables>, logger: Pick<Logger, 'error'>): Audit {
  const note = async (act: Act, more: Record<string, unknown>): Promise<void> => {
    const noted = { ...act, details: { ...act.details, ...more } };
    try {
      await insertAct(db, noted);
    } catch (error) {
      logger.error({ ...noted, err: error }, 'an act could not be written to the audit log');
    }
  };
  return async (act, doing, detailsOf = () => ({})) => {
    try {
      const result = await doing();
      await note(act, detailsOf(result));
      return result;
    } catch (error) {
      if (error instanceof OutcomeUnknown) await note(act, { outcome_unknown: true });
      throw error;
    }
  };
}
