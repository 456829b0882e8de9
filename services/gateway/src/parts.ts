import { directoryChanged } from '@parley/contracts/notices/directory-changed';
import { connectBus, listen } from '@parley/platform/bus';
import { openDatabase } from '@parley/platform/db';
import { httpServer, operationsRoutes, type Readiness } from '@parley/platform/http';
import { createOutbox } from '@parley/platform/outbox';
import type { Part, Service } from '@parley/platform/runtime';
import { api } from './api.ts';
import { auditor } from './audit-acts/audit.ts';
import { loadKeys } from './authenticate/store.ts';
import type { GatewayConfig } from './config.ts';
import type { Tables } from './database.ts';
import { createLookup } from './lookup.ts';
import { connectOwners } from './owners.ts';
import { messagePreparer } from './prepare-messages/prepare.ts';
import { loadUsers } from './prepare-messages/store.ts';
import { loadDoors } from './receive-webhook/store.ts';
import { secretsSealer } from './seal-secrets/seal.ts';

/** The gateway whole: what it is made of, the HTTP server last, so that it is the first to stop. */
export async function gatewayParts(service: Service<GatewayConfig>, readiness: Readiness): Promise<Part[]> {
  const { config, logger, metrics } = service;
  const db = openDatabase<Tables>(service, { url: config.GATEWAY_DATABASE_URL, schema: 'gateway' });
  const bus = await connectBus(service);
  const outbox = createOutbox(db, bus);
  const keys = createLookup({ name: 'api-keys', metrics, load: (hashes) => loadKeys(db, hashes) });
  const doors = createLookup({ name: 'webhook-doors', metrics, load: (ids) => loadDoors(db, ids) });
  const users = createLookup({ name: 'users', metrics, load: (wanted) => loadUsers(db, wanted) });
  const forget = () => {
    for (const lookup of [keys, doors, users]) lookup.forget();
  };
  const owners = connectOwners(bus);
  const directory = { db, outbox, forget };
  const prepare = messagePreparer({ users, owners });
  const audit = auditor(db, logger);
  const routes = api({
    owners,
    directory,
    prepare,
    audit,
    keyring: config.SECRETS_KEY,
    addresses: config.PRIVATE_PROVIDERS,
    logger,
    keys,
    doors,
    metrics,
    publicUrl: config.PUBLIC_URL,
    operations: operationsRoutes(metrics, readiness),
  });
  return [
    outbox,
    secretsSealer({ db, keyring: config.SECRETS_KEY, logger }),
    listen(bus, directoryChanged, forget),
    httpServer({
      port: config.PORT,
      host: config.HOST,
      routes,
      logger,
      metrics,
      logRequests: config.LOG_REQUESTS,
    }),
  ];
}
