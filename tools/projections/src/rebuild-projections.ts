import { setTimeout as delay } from 'node:timers/promises';
import type { Progress } from '@parley/trial/progress';
import type { Kysely } from 'kysely';
import { countOwned, countProjected, emptyProjections, isBuilt, type Tables } from './store.ts';

const LOOK_MS = 500;
/** Counting millions takes a moment of its own. */
const COUNT_EVERY = 4;

/**
 * Empties the projections, in one moment, and waits until the service has made them again: it notices within seconds
 * and takes everything from the owners. Aborting the signal ends the waiting only.
 */
export async function rebuild(
  db: Kysely<Tables>,
  { progress, signal }: { progress: Pick<Progress, 'live'>; signal: AbortSignal },
): Promise<{ messages: number; seconds: number }> {
  const begun = performance.now();
  const owned = await countOwned(db);
  let projected = 0;
  await emptyProjections(db);
  await progress.live(
    () => `${projected} of ${owned} messages are projected again`,
    async () => {
      for (let look = 0; !(await isBuilt(db)); look += 1) {
        if (look % COUNT_EVERY === 0) projected = await countProjected(db);
        await delay(LOOK_MS, undefined, { signal });
      }
      projected = await countProjected(db);
    },
  );
  return { messages: projected, seconds: (performance.now() - begun) / 1_000 };
}
