import {
  AckPolicy,
  DeliverPolicy,
  DiscardPolicy,
  RetentionPolicy,
  StorageType,
  JetStreamApiCodes,
  JetStreamApiError,
  type ConsumerConfig,
  type JetStreamManager,
  type StreamConfig,
} from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { STREAMS, type DurableDefinition, type StreamDefinition } from '@parley/contracts/streams';
import type { Part } from '../runtime/part.ts';
import { background } from '../runtime/background.ts';
import { delay } from '../runtime/backoff.ts';
import { messageOf } from '../runtime/unavailable.ts';
import type { Bus } from './connect.ts';
import { durableGauges, type ShowDurable } from './stream-gauges.ts';

export interface StreamsOptions {
  /** How long a worker may hold a piece of work, ms: the ack_wait of durables that name none. */
  leaseMs: number;
  /** Copies of each stream: 1, or 3 in a cluster. */
  replicas: number;
}

const DUPLICATE_WINDOW_MS = 120_000;
const CHECK_INTERVAL_MS = 1_000;
const DEFINITIONS: readonly StreamDefinition[] = Object.values(STREAMS);

/**
 * Keeps the streams and durables of the contracts in being: creates what is missing, at the start and whenever
 * it disappears. What exists but differs is left alone and makes the service unready, because changing it could
 * lose what is in it.
 */
export function keepStreams(bus: Bus, options: StreamsOptions): Part {
  const show = durableGauges(bus.metrics);
  let problem: string | null = 'the streams have not been checked yet';

  async function check(): Promise<void> {
    try {
      problem = await ensureStreams(bus, { ...options, show });
    } catch (error) {
      problem = `the streams cannot be checked: ${messageOf(error)}`;
    }
  }

  const part = background('streams', async (stopping) => {
    for (;;) {
      await delay(CHECK_INTERVAL_MS, stopping);
      if (stopping.aborted) return;
      await check();
    }
  });
  return {
    ...part,
    start: async () => {
      await check();
      await part.start();
    },
    check: async () => problem,
  };
}

type Ensuring = StreamsOptions & { show: ShowDurable };

/** Creates missing streams and durables, and measures those that are there; returns what differs, in words, or null. */
async function ensureStreams(bus: Bus, options: Ensuring): Promise<string | null> {
  const manager = await bus.manager();
  const differences: string[] = [];
  for (const definition of DEFINITIONS) {
    const { different, lastSeq } = await ensureStream(manager, definition, options);
    differences.push(...different);
    for (const durable of definition.durables)
      differences.push(...(await ensureDurable(manager, definition, { durable, lastSeq, ...options })));
  }
  return differences.length === 0 ? null : differences.join('; ');
}

async function ensureStream(
  manager: JetStreamManager,
  definition: StreamDefinition,
  { replicas }: StreamsOptions,
): Promise<{ different: string[]; lastSeq: number }> {
  const wanted = {
    name: definition.name,
    subjects: definition.subjects,
    retention: definition.retention === 'workqueue' ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    discard: definition.discard === 'new' ? DiscardPolicy.New : DiscardPolicy.Old,
    max_bytes: definition.max_bytes,
    max_age: nanos(definition.max_age_ms),
    storage: StorageType.File,
    num_replicas: replicas,
    duplicate_window: nanos(DUPLICATE_WINDOW_MS),
  } satisfies Partial<StreamConfig>;
  try {
    const { config, state } = await manager.streams.info(definition.name);
    return { different: differences(`stream ${definition.name}`, wanted, config), lastSeq: state.last_seq };
  } catch (error) {
    if (!isMissing(error, JetStreamApiCodes.StreamNotFound)) throw error;
    await manager.streams.add(wanted);
    return { different: [], lastSeq: 0 };
  }
}

async function ensureDurable(
  manager: JetStreamManager,
  { name: stream }: StreamDefinition,
  { durable, lastSeq, leaseMs, show }: Ensuring & { durable: DurableDefinition; lastSeq: number },
): Promise<string[]> {
  const wanted = {
    durable_name: durable.name,
    filter_subject: durable.filter,
    ack_policy: AckPolicy.Explicit,
    deliver_policy: DeliverPolicy.All,
    ack_wait: nanos(durable.ack_wait_ms ?? leaseMs),
    max_ack_pending: durable.max_ack_pending,
    max_deliver: -1,
  } satisfies Partial<ConsumerConfig>;
  try {
    const info = await manager.consumers.info(stream, durable.name);
    show(durable.name, info, lastSeq);
    return differences(`durable ${durable.name}`, wanted, info.config);
  } catch (error) {
    if (!isMissing(error, JetStreamApiCodes.ConsumerNotFound)) throw error;
    await manager.consumers.add(stream, wanted);
    return [];
  }
}

function isMissing(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

function differences(what: string, wanted: Record<string, unknown>, actual: object): string[] {
  const found = new Map(Object.entries(actual));
  return Object.entries(wanted)
    .filter(([key, value]) => JSON.stringify(found.get(key)) !== JSON.stringify(value))
    .map(
      ([key, value]) =>
        `${what}: ${key} is ${JSON.stringify(found.get(key))}, expected ${JSON.stringify(value)}`,
    );
}
