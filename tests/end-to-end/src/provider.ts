import { until } from '@parley/testkit';
import { z } from 'zod';
import type { Reached } from './running-parley.ts';

/** The providers that the simulator plays, told what to do and asked what happened. */
export interface Provider {
  /** What the next calls to a recipient come to, one each; then calls are accepted again. */
  will(to: string, ...outcomes: object[]): Promise<void>;
  /** The same of the calls through one connection only. */
  willThrough(connection: string, to: string, ...outcomes: object[]): Promise<void>;
  /** Replaces everything that goes wrong by chance; what is left out is off, receipts included. */
  behaves(chaos: object): Promise<void>;
  /** What it remembers of the calls to a recipient. */
  calls(to: string): Promise<Calls>;
  /** Waits until there were so many calls to a recipient. */
  untilCalled(to: string, times: number): Promise<Calls>;
  /** Waits until there were so many calls from a sender. */
  untilCalledBy(from: string, times: number): Promise<Calls['entries']>;
}

const entry = z.object({
  at: z.string(),
  connection: z.string(),
  idempotency_key: z.string().nullable(),
  status: z.int().nullable(),
  from: z.string(),
  to: z.string(),
  list_unsubscribe: z.string().nullable(),
});
const ledger = z.object({
  calls: z.int(),
  accepted: z.int(),
  sent: z.int(),
  entries: z.array(entry),
});
/** Calls to a recipient: how many, how many different keys were accepted, how many messages were sent. */
export type Calls = z.infer<typeof ledger>;

/** The simulator of a running Parley. */
export function providerOf(parley: Reached): Provider {
  const simulator = async (path: string, options = {}): Promise<unknown> => {
    const { status, body } = await parley.client().simulator(path, options);
    if (status >= 300) throw new Error(`the simulator answered ${status}: ${JSON.stringify(body)}`);
    return body;
  };
  const script = async (body: object): Promise<void> => void (await simulator('/control/scripts', { body }));
  const look = async (query: Record<string, string>): Promise<Calls> =>
    ledger.parse(await simulator(`/control/ledger?${new URLSearchParams(query).toString()}`));
  const untilSeen = (query: Record<string, string>, times: number): Promise<Calls> =>
    until(
      async () => {
        const seen = await look(query);
        return seen.calls >= times ? seen : null;
      },
      { what: `the provider was called ${times} times for ${JSON.stringify(query)}` },
    );
  return {
    calls: (to) => look({ to }),
    will: (to, ...outcomes) => script({ to, outcomes }),
    willThrough: (connection, to, ...outcomes) => script({ connection, to, outcomes }),
    behaves: async (chaos) => void (await simulator('/control/chaos', { method: 'PUT', body: chaos })),
    untilCalled: (to, times) => untilSeen({ to }, times),
    untilCalledBy: async (from, times) => (await untilSeen({ from }, times)).entries,
  };
}
