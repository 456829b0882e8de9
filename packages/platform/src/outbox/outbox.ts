import type { Kysely } from 'kysely';
import type { Bus } from '../bus/connect.ts';
import type { Part } from '../runtime/part.ts';
import { createFastPath, type FastPath } from './fast-path.ts';
import { outboxRelay } from './relay.ts';

/** A service's outbox: the fast path for what was just committed, and the relay for everything else. */
export interface Outbox extends Part, Pick<FastPath, 'publishNow'> {}

/** Runs the outbox of a service; its schema has the table `outbox`. */
export function createOutbox<Tables>(db: Kysely<Tables>, bus: Bus): Outbox {
  const fastPath = createFastPath(db, bus);
  const relay = outboxRelay(db, bus);
  return {
    ...relay,
    publishNow: fastPath.publishNow,
    stop: async () => {
      await relay.stop();
      await fastPath.drain();
    },
  };
}
