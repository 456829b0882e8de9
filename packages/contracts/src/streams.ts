/** A durable consumer of a stream: who takes what, and how long it may hold it. */
export interface DurableDefinition {
  name: string;
  /** Subjects it takes. */
  filter: string;
  /** ms until an unacknowledged message is delivered again; null = the service's lease (configuration). */
  ack_wait_ms: number | null;
  max_ack_pending: number;
}

/** A JetStream stream with everything that must agree between code and server. */
export interface StreamDefinition {
  name: string;
  subjects: string[];
  retention: 'workqueue' | 'limits';
  discard: 'new' | 'old';
  max_bytes: number;
  /** 0 = unlimited. */
  max_age_ms: number;
  durables: DurableDefinition[];
}

const GIB = 1024 ** 3;
const HOUR_MS = 3_600_000;

/**
 * The map of the bus: every stream, what flows through it and who listens. PostgreSQL can re-derive all of it,
 * so JetStream keeps its lazy sync on purpose.
 */
export const STREAMS = {
  work: {
    name: 'WORK',
    subjects: ['work.send.*.*'],
    retention: 'workqueue',
    discard: 'new',
    max_bytes: GIB,
    max_age_ms: 0,
    durables: [
      {
        name: 'dispatcher--send-high',
        filter: 'work.send.high.*',
        ack_wait_ms: null,
        max_ack_pending: 2_000,
      },
      {
        name: 'dispatcher--send-normal',
        filter: 'work.send.normal.*',
        ack_wait_ms: null,
        max_ack_pending: 2_000,
      },
    ],
  },
  events: {
    name: 'EVENTS',
    subjects: ['event.message.v1', 'event.receipt.v1', 'event.consent.v1'],
    retention: 'limits',
    discard: 'old',
    max_bytes: 4 * GIB,
    max_age_ms: 72 * HOUR_MS,
    durables: [
      { name: 'reporting--project', filter: 'event.message.v1', ack_wait_ms: 10_000, max_ack_pending: 1_000 },
      { name: 'dispatcher--react', filter: 'event.receipt.v1', ack_wait_ms: 10_000, max_ack_pending: 1_000 },
      {
        name: 'dispatcher--consent',
        filter: 'event.consent.v1',
        ack_wait_ms: 10_000,
        max_ack_pending: 1_000,
      },
    ],
  },
} as const satisfies Record<string, StreamDefinition>;

/** The stream that holds a subject; null for subjects of core NATS. */
export function streamOf(subject: string): StreamDefinition | null {
  const root = subject.slice(0, subject.indexOf('.'));
  if (root === 'work') return STREAMS.work;
  return root === 'event' ? STREAMS.events : null;
}
