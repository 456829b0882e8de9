import { z } from 'zod';
import { readJson } from './read-json.ts';

/** Has the simulator report every delivery, without any fault, or none. Throws when it does not obey. */
export async function setReceipts(simulatorUrl: string, receipts: 'on' | 'off'): Promise<void> {
  const body = JSON.stringify({ receipts: receipts === 'on' ? {} : 'off' });
  const headers = { 'content-type': 'application/json' };
  await readJson(`${simulatorUrl}/control/chaos`, z.looseObject({}), { method: 'PUT', headers, body });
}
