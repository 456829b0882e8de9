import type { Message } from '@parley/contracts/message';
import {
  exportDispatcherMessages,
  exportIngestMessages,
  type ExportItem,
  type ExportPage,
} from '@parley/contracts/requests/export';
import { requester, type Bus, type Requester } from '@parley/platform/bus';
import { delay, fullJitter, OutcomeUnknown, Unavailable } from '@parley/platform/runtime';
import type { Projector } from './projector.ts';

const PAGE_ROWS = 1_000;
const MAX_TRIES = 5;
const RETRY = { baseMs: 100, capMs: 2_000 };

type Ask = Requester<ExportItem, ExportPage<Message>>;

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
    for (const ask of owners)
      for await (const messages of pages(ask, since, signal))
        await patiently(() => projector.addMessages(messages), signal);
  };
}

async function* pages(ask: Ask, since: string, signal: AbortSignal): AsyncGenerator<Message[]> {
  let after: ExportItem['after'] = null;
  do {
    const item: ExportItem = { since, after, limit: PAGE_ROWS };
    const page: ExportPage<Message> = await patiently(() => ask(item), signal);
    yield page.rows;
    after = page.next;
  } while (after !== null);
}

/** An owner that restarts meanwhile must not send a long replay back to its beginning. */
async function patiently<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      const mayPass = error instanceof Unavailable || error instanceof OutcomeUnknown;
      if (!mayPass || tries === MAX_TRIES) throw error;
      await delay(fullJitter(tries, RETRY), signal);
    }
  }
}
