import { markIngestMessagesRead } from '@parley/contracts/requests/change-messages';
import { exportIngestMessages, exportKeywords, exportReceipts } from '@parley/contracts/requests/export';
import { findIngestMessages } from '@parley/contracts/requests/find-messages';
import { readIngestMessages } from '@parley/contracts/requests/read-messages';
import { readIngestTimelines } from '@parley/contracts/requests/read-timelines';
import { receiveWebhooks } from '@parley/contracts/requests/receive-webhooks';
import { queryWebhookLog, readWebhookLog, replayWebhooks } from '@parley/contracts/requests/webhook-log';
import { connectBus, each, respond } from '@parley/platform/bus';
import { openDatabase } from '@parley/platform/db';
import { openDirectory } from '@parley/platform/directory';
import { createOutbox } from '@parley/platform/outbox';
import { runService } from '@parley/platform/runtime';
import { ingestConfig } from './config.ts';
import type { IngestTables } from './database.ts';
import { keywordExporter } from './export-keywords/handler.ts';
import { messageExporter } from './export-messages/handler.ts';
import { receiptExporter } from './export-receipts/handler.ts';
import { findMessages } from './find-messages/store.ts';
import { webhookLogKeeper } from './keep-webhook-log/keeper.ts';
import { readMarker } from './mark-read/handler.ts';
import { webhookLister, webhookReader } from './query-webhook-log/handler.ts';
import { messageReader } from './read-messages/handler.ts';
import { timelineReader } from './read-timelines/handler.ts';
import { webhookReceiver } from './receive-webhooks/handler.ts';
import { webhookReplayer } from './replay-webhooks/handler.ts';

await runService('ingest', ingestConfig, async (service) => {
  const { config, logger, metrics } = service;
  const db = openDatabase<IngestTables>(service, { url: config.INGEST_DATABASE_URL, schema: 'ingest' });
  const bus = await connectBus(service);
  const directory = openDirectory(service, bus, {
    url: config.DIRECTORY_DATABASE_URL,
    opens: { column: 'secrets', keyring: config.SECRETS_KEY },
  });
  const outbox = createOutbox(db, bus);
  const taking = { db, directory, outbox, metrics };
  return [
    directory,
    outbox,
    webhookLogKeeper({ db, keptDays: config.WEBHOOK_LOG_DAYS, logger }),
    respond(bus, receiveWebhooks, webhookReceiver(taking)),
    respond(bus, replayWebhooks, webhookReplayer(taking)),
    respond(bus, queryWebhookLog, webhookLister(db)),
    respond(bus, readWebhookLog, webhookReader(db)),
    respond(bus, readIngestMessages, messageReader(db)),
    respond(bus, markIngestMessagesRead, readMarker({ db, outbox })),
    respond(bus, readIngestTimelines, timelineReader(db)),
    respond(bus, exportIngestMessages, messageExporter(db)),
    respond(
      bus,
      findIngestMessages,
      each((item) => findMessages(db, item)),
    ),
    respond(bus, exportReceipts, receiptExporter(db)),
    respond(bus, exportKeywords, keywordExporter(db)),
  ];
});
