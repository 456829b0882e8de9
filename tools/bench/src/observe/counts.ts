import { stats } from '@parley/contracts/requests/query-stats';
import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';

/** How many messages have come how far, as the simulator and the statistics tell. */
export interface Counts {
  /** Calls that the simulator got. */
  calls: number;
  /** Different messages that it accepted. */
  effects: number;
  /** Messages in the statistics. */
  projected: number;
  /** The same, by status. */
  byStatus: Readonly<Record<string, number>>;
}

/** Whom to ask. */
export interface CountSources {
  baseUrl: string;
  apiKey: string;
  simulatorUrl: string;
}

const ledger = z.object({ calls: z.int(), accepted: z.int() });

/** Asks both at once. Throws when one does not answer as it should. */
export async function readCounts({ baseUrl, apiKey, simulatorUrl }: CountSources): Promise<Counts> {
  const [{ calls, accepted }, { total, by_status }] = await Promise.all([
    readJson(`${simulatorUrl}/control/ledger`, ledger),
    readJson(`${baseUrl}/v1/stats`, stats, { headers: { authorization: `Bearer ${apiKey}` } }),
  ]);
  return { calls, effects: accepted, projected: total, byStatus: by_status };
}
