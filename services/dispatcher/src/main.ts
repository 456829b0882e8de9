import { connectBus, deadLetterGauge, keepDeadLetter, keepStreams } from '@parley/platform/bus';
import { openDatabase } from '@parley/platform/db';
import { openDirectory } from '@parley/platform/directory';
import { createOutbox } from '@parley/platform/outbox';
import { runService } from '@parley/platform/runtime';
import { keyForgetter } from './accept-messages/forget-keys.ts';
import { keywordReceiving } from './answer-keywords/receiving.ts';
import { answers } from './answers.ts';
import { receiptReceiving } from './apply-receipts/receiving.ts';
import { dispatcherConfig } from './config.ts';
import { countMessages } from './count-messages.ts';
import type { DispatcherTables } from './database.ts';
import { reconciler } from './reconcile/reconcile.ts';
import { createLanes } from './lanes/lanes.ts';
import { createSending } from './send-message/sending.ts';
import { receiptWatch } from './watch-receipts/watch.ts';

await runService('dispatcher', dispatcherConfig, async (service) => {
  const { config, metrics, logger } = service;
  const db = openDatabase<DispatcherTables>(service, {
    url: config.DISPATCHER_DATABASE_URL,
    schema: 'dispatcher',
  });
  const bus = await connectBus(service);
  const directory = openDirectory(service, bus, {
    url: config.DIRECTORY_DATABASE_URL,
    opens: { column: 'token', keyring: config.SECRETS_KEY },
  });
  const outbox = createOutbox(db, bus);
  const context = {
    db,
    bus,
    directory,
    outbox,
    metrics,
    logger,
    lanes: createLanes(db),
    count: countMessages(metrics),
    deadLetter: keepDeadLetter(db),
    queuedStaleMs: config.QUEUED_STALE_MS,
    orphanAfterMs: config.ORPHAN_AFTER_MS,
    validForMs: config.VALID_FOR_MS,
    receiptTimeoutMs: config.RECEIPT_TIMEOUT_MS,
  };
  const { parts: sending, firstCalls } = createSending(config, context);
  return [
    keepStreams(bus, { leaseMs: config.LEASE_MS, replicas: config.STREAM_REPLICAS }),
    directory,
    outbox,
    keyForgetter(db, logger),
    deadLetterGauge(db, service),
    ...reconciler({ ...context, intervalMs: config.RECONCILE_INTERVAL_MS }),
    ...receiptReceiving(context),
    ...keywordReceiving(context),
    receiptWatch(context),
    ...sending,
    ...answers(bus, { ...context, firstCalls }),
  ];
});
