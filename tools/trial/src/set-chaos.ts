import { z } from 'zod';
import { readJson } from './read-json.ts';

/**
 * Replaces what goes wrong at the simulator: what is left out of `setting` is off, receipts included. Throws when it
 * does not obey.
 */
export async function setChaos(simulatorUrl: string, setting: object): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const init = { method: 'PUT', headers, body: JSON.stringify(setting) };
  await readJson(`${simulatorUrl}/control/chaos`, z.looseObject({}), init);
}
