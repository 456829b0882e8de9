import { stats } from '@parley/contracts/requests/query-stats';
import { until } from '@parley/testkit';
import { z } from 'zod';
import type { ParleyClient } from './parley-client.ts';

/** How many messages each of the three ledgers knows, and how they ended. */
export interface Ledgers {
  /** Distinct messages that the simulator's providers took. */
  effects: number;
  /** Calls that the simulator's providers got, repeats included. */
  calls: number;
  projected: number;
  delivered: number;
}

const counts = z.object({ calls: z.int(), accepted: z.int() });

/** Reads the provider's and the projection's ledger. */
export async function readLedgers(client: ParleyClient): Promise<Ledgers> {
  const ledger = counts.parse((await client.simulator('/control/ledger')).body);
  const { total, by_status } = stats.parse((await client.call('/v1/stats')).body);
  return {
    effects: ledger.accepted,
    calls: ledger.calls,
    projected: total,
    delivered: by_status['delivered'] ?? 0,
  };
}

/** Waits until every accepted message was taken by the provider, projected, and its receipt applied. */
export function untilSettled(client: ParleyClient, accepted: number): Promise<Ledgers> {
  return until(
    async () => {
      const ledgers = await readLedgers(client).catch(() => null);
      const done =
        ledgers !== null &&
        ledgers.effects >= accepted &&
        ledgers.projected >= accepted &&
        ledgers.delivered >= accepted;
      return done ? ledgers : null;
    },
    { what: `all ${accepted} messages are sent, projected and delivered` },
  );
}
