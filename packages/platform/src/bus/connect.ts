import { jetstream, jetstreamManager, type JetStreamClient, type JetStreamManager } from '@nats-io/jetstream';
import { connect, PermissionViolationError, type NatsConnection } from '@nats-io/transport-node';
import { inboxPrefix as inboxPrefixOf } from '@parley/contracts/bus-users';
import { InvalidConfiguration } from '../runtime/config.ts';
import type { Logger } from '../runtime/logger.ts';
import type { Metrics } from '../runtime/metrics.ts';
import type { Service } from '../runtime/service.ts';
import { Unavailable } from '../runtime/unavailable.ts';
import { natsAddresses } from './addresses.ts';
import { createAsk, type Ask } from './inbox.ts';

/** A connection to NATS and what is done over it. Made by `connectBus`, used through the other files here. */
export interface Bus {
  nc: NatsConnection;
  /** Whether the connection is up right now. */
  connected(): boolean;
  ask: Ask;
  js: JetStreamClient;
  /** Fails until the server answers with JetStream on; asked for when needed, so a start never waits for it. */
  manager(): Promise<JetStreamManager>;
  logger: Logger;
  metrics: Metrics;
}

const RECONNECT_WAIT_MS = 250;
/** How long a service waits for its first connection before it says so. */
const PATIENCE_MS = 2_000;
const PING_INTERVAL_MS = 5_000;
/** Questions about streams and durables; all of them are asked again later. */
const API_TIMEOUT_MS = 2_000;

/**
 * Connects a service to the bus for the life of the service: waits for the first connection and says so when
 * that takes longer than 2 s, reconnects for ever, drains at the end, and makes readiness depend on being connected.
 * Throws InvalidConfiguration when NATS_URL is none.
 */
export async function connectBus(service: Service): Promise<Bus> {
  const inboxPrefix = inboxPrefixOf(service.name);
  const addresses = natsAddresses(service.config.NATS_URL);
  if (addresses === null) throw new InvalidConfiguration(['NATS_URL: no address of NATS']);
  const servers = addresses.servers.join(', ');
  const late = setTimeout(() => service.logger.warn(`waiting for NATS at ${servers}`), PATIENCE_MS);
  const nc = await connect({
    ...addresses,
    name: service.name,
    inboxPrefix,
    maxReconnectAttempts: -1,
    reconnectTimeWait: RECONNECT_WAIT_MS,
    waitOnFirstConnect: true,
    pingInterval: PING_INTERVAL_MS,
    maxPingOut: 2,
    // Else every publish makes two errors with a stack, for the case that it fails.
    noAsyncTraces: true,
  }).finally(() => clearTimeout(late));
  const state = { connected: true };
  void followStatus(nc, state, service.logger);
  service.own({
    name: 'bus',
    start: async () => {},
    // Nothing can be drained into a connection that is not there, and it would be waited for.
    stop: () => (state.connected ? nc.drain().catch(() => nc.close()) : nc.close()),
    check: async () => (state.connected ? null : 'not connected to NATS'),
  });
  return {
    nc,
    connected: () => state.connected,
    ask: createAsk(nc, inboxPrefix),
    js: jetstream(nc, { timeout: API_TIMEOUT_MS }),
    manager: () => jetstreamManager(nc, { checkAPI: false, timeout: API_TIMEOUT_MS }),
    logger: service.logger,
    metrics: service.metrics,
  };
}

async function followStatus(
  nc: NatsConnection,
  state: { connected: boolean },
  logger: Logger,
): Promise<void> {
  for await (const status of nc.status()) {
    if (status.type === 'disconnect') {
      state.connected = false;
      logger.warn('lost the connection to NATS; trying again');
    }
    if (status.type === 'reconnect') {
      state.connected = true;
      logger.info('connected to NATS again');
    }
    if (status.type === 'error' && status.error instanceof PermissionViolationError) {
      const { operation, subject } = status.error;
      logger.error({ operation, subject }, 'NATS refuses this to this user');
    }
  }
}

/** The bus cannot be used now; callers retry or answer 503. */
export function busUnavailable(cause: unknown): Unavailable {
  return new Unavailable('the bus is not available', { cause });
}
