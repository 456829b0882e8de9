import type { RequestHandler } from '@parley/platform/bus';
import { available, prepared, type Executor } from '@parley/platform/db';
import { Unavailable } from '@parley/platform/runtime';
import { DURABLE } from './project-messages/handler.ts';

const readPosition = prepared('read-position', 'select 1 from position where durable = $1 and complete');

/**
 * Answers only while the projections are whole. They are emptied together with the position, and have one again when
 * everything that the owners know is in them; meanwhile it throws `Unavailable`, and says why.
 */
export function whenBuilt<Item, Reply>(
  db: Executor,
  answer: RequestHandler<Item, Reply>,
): RequestHandler<Item, Reply> {
  return async (items) => {
    await requireBuilt(db);
    const replies = await answer(items);
    // They may have been emptied before the answer was read.
    await requireBuilt(db);
    return replies;
  };
}

async function requireBuilt(db: Executor): Promise<void> {
  const rows = await available(readPosition(db, [DURABLE]));
  if (rows.length > 0) return;
  throw new Unavailable('the projections are being built', {
    detail:
      'Lists, conversations and statistics are being rebuilt. Messages can be sent and read by id. Try again.',
  });
}
