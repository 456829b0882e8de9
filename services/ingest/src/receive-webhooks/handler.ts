import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import type { RequestHandler } from '@parley/platform/bus';
import { bisect } from '@parley/platform/db';
import type { Directory } from '@parley/platform/directory';
import type { Outbox } from '@parley/platform/outbox';
import type { Metrics } from '@parley/platform/runtime';
import type { Kysely } from 'kysely';
import type { IngestTables } from '../database.ts';
import { commit } from './commit.ts';
import { countStored } from './count-stored.ts';
import { answer, decide, lookupsOf, type Entry, type Fate } from './decide.ts';
import { readWebhook, refuse } from './read-webhook.ts';

export interface WebhookReceiverOptions {
  db: Kysely<IngestTables>;
  directory: Pick<Directory, 'connection' | 'users'>;
  outbox: Pick<Outbox, 'publishNow'>;
  metrics: Metrics;
}

/**
 * Takes a batch of webhooks: verifies, reads, stores what is new together with the facts that tell of it, and
 * answers after the commit. A repeat is answered as a duplicate only when the first is committed too.
 */
export function webhookReceiver(options: WebhookReceiverOptions): RequestHandler<WebhookItem, WebhookReply> {
  const { db, directory, outbox } = options;
  const count = countStored(options.metrics);

  async function store(entries: readonly Entry[]): Promise<Fate[]> {
    if (entries.length === 0) return [];
    const { messages, receipts, rows } = await commit(db, entries);
    outbox.publishNow(rows);
    count(messages, receipts);
    const stored = new Set<object>([...messages, ...receipts]);
    return entries.map((entry) =>
      stored.has(entry.kind === 'message' ? entry.message : entry.receipt) ? 'accepted' : 'duplicate',
    );
  }

  return async (items) => {
    const readings = await Promise.all(
      items.map(async (item) => readWebhook(item, await directory.connection(item.connection_id))),
    );
    const received = readings.filter((reading) => reading.outcome === 'received');
    const lookups = lookupsOf(received);
    const users = lookups.length === 0 ? [] : await directory.users(lookups);
    const entries = decide(received, users);
    const fates = await bisect(entries, store, () => UNSTORABLE);
    return answer(readings, new Map(entries.map((entry, index) => [entry.key, fates[index] ?? UNSTORABLE])));
  };
}

const UNSTORABLE: Fate = refuse('validation_failed', 'the webhook says something that cannot be stored');
