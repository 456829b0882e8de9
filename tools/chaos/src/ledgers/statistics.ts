import { stats } from '@parley/contracts/requests/query-stats';
import { readJson } from '@parley/trial/read-json';
import type { Target } from '../target.ts';

/** How many messages of the demo account the statistics count. Throws when they do not answer. */
export async function countMessages({
  baseUrl,
  apiKey,
}: Pick<Target, 'baseUrl' | 'apiKey'>): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}` };
  return (await readJson(`${baseUrl}/v1/stats`, stats, { headers })).total;
}
