import { findDispatcherMessages, findIngestMessages } from '@parley/contracts/requests/find-messages';
import { requester, type Bus } from '@parley/platform/bus';
import type { FindByName } from './handler.ts';

const OPTIONS = { waitMs: 0, maxQueued: 100 };

/**
 * Makes the function that asks both owners. They have these names in an index anyway; here one would cost every
 * message another write each time its status changes.
 */
export function createFindByName(bus: Bus): FindByName {
  const owners = [findDispatcherMessages, findIngestMessages].map((contract) =>
    requester(bus, contract, OPTIONS),
  );
  return async (wanted) => (await Promise.all(owners.map((ask) => ask(wanted)))).flat();
}
