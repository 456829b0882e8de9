import { readJson } from '@parley/trial/read-json';
import { setChaos } from '@parley/trial/set-chaos';
import { z } from 'zod';
import { SMS_CONNECTIONS } from '../ledgers/providers.ts';
import type { Faults, Part } from './part.ts';

/** What is prepared. */
export interface Preparable {
  baseUrl: string;
  adminKey: string;
  simulatorUrl: string;
}

/** Tells connections what their providers do with keys, and the providers how to misbehave. */
export async function prepare(
  { baseUrl, adminKey, simulatorUrl }: Preparable,
  { keys, receipts }: Part,
  { seed, faults }: { seed: number; faults: Faults },
): Promise<void> {
  const headers = { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ honours_idempotency_keys: keys === 'honoured' });
  for (const connection of SMS_CONNECTIONS)
    await readJson(`${baseUrl}/v1/connections/${connection}`, z.looseObject({}), {
      method: 'PATCH',
      headers,
      body,
    });
  await setChaos(simulatorUrl, {
    seed,
    rate_429: faults.throttled,
    rate_500: faults.failed,
    drop_rate: faults.broken,
    ignore_keys: keys === 'ignored',
    receipts,
  });
}
