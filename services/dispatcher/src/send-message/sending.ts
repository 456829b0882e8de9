import { STREAMS } from '@parley/contracts/streams';
import type { Priority } from '@parley/contracts/sending-choices';
import { sendMessage } from '@parley/contracts/work/send-message';
import { consume, workSchema, type Bus, type RejectedMessage } from '@parley/platform/bus';
import type { Directory } from '@parley/platform/directory';
import { createHttpClient, type HttpClient } from '@parley/platform/http';
import type { Outbox } from '@parley/platform/outbox';
import type { Logger, Metrics, Part } from '@parley/platform/runtime';
import type { DispatcherConfig } from '../config.ts';
import type { CountMessages } from '../count-messages.ts';
import type { Database } from '../database.ts';
import { chatDelivery } from '../deliver-chat/handler.ts';
import { createBreakers } from '../lanes/breakers.ts';
import { createDatabaseClock } from '../lanes/database-clock.ts';
import { laneForgetter } from '../lanes/forget-lanes.ts';
import { standingsKeeping } from '../lanes/keep-standings.ts';
import type { Lanes } from '../lanes/lanes.ts';
import { laneMeasuring } from '../lanes/measure.ts';
import { createParking } from '../lanes/park.ts';
import { laneRunner } from '../lanes/runner.ts';
import { createTaking } from '../lanes/take.ts';
import { createTurns } from '../lanes/turns.ts';
import { providerAsker } from './ask-provider.ts';
import { createAttempts } from './attempt.ts';
import { providerCaller } from './call-provider.ts';
import { createClaimer } from './claim.ts';
import { createFinisher } from './finisher.ts';
import { createFirstCalls, type FirstCalls } from './first-calls.ts';
import { createGates } from './gates.ts';
import { messageSender } from './handler.ts';
import { sentMeasure } from './measure-sent.ts';
import { unsubscribeLinks } from './unsubscribe-link.ts';
import { createWaitingRoom } from './wait-for-connection.ts';

export interface SendingOptions {
  db: Database;
  bus: Bus;
  directory: Directory;
  outbox: Outbox;
  count: CountMessages;
  metrics: Metrics;
  logger: Logger;
  lanes: Lanes;
  /** A message still queued this long after it was to be sent counts as lost, ms. */
  queuedStaleMs: number;
  /** Keeps work that cannot be read. */
  deadLetter(message: RejectedMessage): Promise<void>;
}

/** Pieces of work in hand at once. High ones have places of their own and never wait behind normal ones. */
const IN_HAND: Record<Priority, number> = { high: 200, normal: 1_000 };
/** Messages in the hands of this process at once, from before their claim until their end is recorded. */
const MAX_IN_WORK = 2_000;
const MAX_RESPONSE_BYTES = 64_000;

type SendingConfig = Pick<
  DispatcherConfig,
  | 'LEASE_MS'
  | 'PROVIDER_TIMEOUT_MS'
  | 'PROVIDER_CONNECTIONS'
  | 'PRIVATE_PROVIDERS'
  | 'SECRETS_KEY'
  | 'PUBLIC_URL'
>;

/** Everything that sends in a process. */
export interface Sending {
  /** The connections to providers, who takes messages out of lanes, and a consumer for each priority. */
  parts: Part[];
  /** For whoever accepts messages. */
  firstCalls: FirstCalls;
}

/** Makes everything that sends. */
export function createSending(config: SendingConfig, options: SendingOptions): Sending {
  const { LEASE_MS: leaseMs, PROVIDER_TIMEOUT_MS: timeoutMs, PROVIDER_CONNECTIONS: connections } = config;
  const { lanes } = options;
  const http = providerClient(config);
  const toOutgoing = unsubscribeLinks({ keyring: config.SECRETS_KEY, publicUrl: config.PUBLIC_URL });
  const ask = providerAsker({ get: http.get, metrics: options.metrics });
  const callWithinMs = leaseMs - timeoutMs;
  const context = { ...options, ...lanes, maxQueued: MAX_IN_WORK, clock: createDatabaseClock(), leaseMs };
  const gates = createGates({ connections, inWork: MAX_IN_WORK, onFree: lanes.freed });
  const breakers = createBreakers({ ...context, tryMs: leaseMs });
  const attempts = createAttempts({
    ...context,
    breakers,
    awaitTurn: createTurns(context),
    call: providerCaller({ ...context, post: http.post, ask, toOutgoing, callWithinMs }),
    finish: createFinisher({ ...context, keepMs: leaseMs }),
    measure: sentMeasure(options.metrics),
    callWithinMs,
  });
  const steps = { ...context, gates, breakers, attempts };
  const send = messageSender({
    ...steps,
    park: createParking(context),
    waitForConnection: createWaitingRoom(context),
    claim: createClaimer(context),
  });
  const deliverChat = chatDelivery(context);
  const consumer = (priority: Priority): Part =>
    consume(options.bus, {
      stream: STREAMS.work.name,
      durable: `dispatcher--send-${priority}`,
      schema: workSchema(sendMessage),
      concurrency: IN_HAND[priority],
      handle: (payload) => (payload.work.type === 'chat' ? deliverChat : send)(payload),
      deadLetter: options.deadLetter,
    });
  const parts = [
    { name: 'provider connections', start: async () => {}, stop: () => http.close() },
    { name: 'attempts', start: async () => {}, stop: attempts.drain },
    ...standingsKeeping(context),
    laneMeasuring(context),
    laneForgetter(options.db, options.logger),
    laneRunner({ ...steps, take: createTaking(context) }),
    consumer('normal'),
    consumer('high'),
  ];
  return { parts, firstCalls: createFirstCalls(steps) };
}

/** What providers are called over. */
function providerClient(config: SendingConfig): HttpClient {
  return createHttpClient({
    connections: config.PROVIDER_CONNECTIONS,
    timeoutMs: config.PROVIDER_TIMEOUT_MS,
    maxResponseBytes: MAX_RESPONSE_BYTES,
    addresses: config.PRIVATE_PROVIDERS,
  });
}
