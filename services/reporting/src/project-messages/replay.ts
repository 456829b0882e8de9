import { exportDispatcherMessages, exportIngestMessages } from '@parley/contracts/requests/export';
import { replayPages, requester, type Bus } from '@parley/platform/bus';
import type { Projector } from './projector.ts';

/**
 * Makes the function that projects everything the owners know of messages changed since an instant, page by page.
 * It throws when an owner or the database stays away or the signal is aborted; to repeat it, from wherever it got
 * to, changes nothing.
 */
export function createReplay(
  bus: Bus,
  projector: Pick<Projector, 'addMessages'>,
): (since: string, signal: AbortSignal) => Promise<void> {
  const owners = [exportDispatcherMessages, exportIngestMessages].map((contract) =>
    requester(bus, contract, { waitMs: 0, maxQueued: 1 }),
  );
  return async (since, signal) => {
    for (const ask of owners) await replayPages({ ask, apply: projector.addMessages, since, signal });
  };
}
