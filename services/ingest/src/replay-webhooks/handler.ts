import type { LoggedWebhook, ReplayWebhookItem } from '@parley/contracts/requests/webhook-log';
import { each, type RequestHandler } from '@parley/platform/bus';
import { judgementOf, originOf } from '../log-webhooks/line.ts';
import { loadWebhook } from '../query-webhook-log/store.ts';
import { webhookTaker, type TakerOptions } from '../receive-webhooks/take.ts';
import { itemOf, readAgain } from './decide.ts';
import { loadKept, storeReplay } from './store.ts';

/**
 * Takes logged webhooks once more, each by itself: what it brings is stored as of the moment of the replay, unless it is
 * there already, and the replay is noted at the webhook. A keyword still counts as of when it came in. Safe to repeat.
 * Throws `Unavailable`.
 */
export function webhookReplayer(
  options: TakerOptions,
): RequestHandler<ReplayWebhookItem, LoggedWebhook | null> {
  const { db, directory } = options;
  const take = webhookTaker(options);

  async function replay({ account_id, id, at, trace_id }: ReplayWebhookItem): Promise<LoggedWebhook | null> {
    const kept = await loadKept(db, account_id, id);
    if (kept === null) return null;
    const item = itemOf(kept, trace_id);
    const connection = await directory.connection(kept.connection_id);
    const reading = readAgain(item, kept, connection);
    const taken = reading.outcome === 'received' ? { ...reading, stored_at: at } : reading;
    await take([{ item, connection, reading: taken, isLogged: true }], async (trx, answered) => {
      for (const { reply, entry } of answered)
        await storeReplay(trx, kept, { ...originOf(entry), replay: { ...judgementOf(reply), at } });
    });
    return loadWebhook(db, account_id, id);
  }

  return each(replay);
}
