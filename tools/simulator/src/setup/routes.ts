import { getLedger } from '../control/get-ledger.ts';
import { postInbound } from '../control/post-inbound.ts';
import { postScripts } from '../control/post-scripts.ts';
import { putChaos } from '../control/put-chaos.ts';
import type { Route } from '../control/route.ts';
import type { World } from './world.ts';

/** Every route beside the providers' own, by path and method. */
export function routes(world: World): Readonly<Record<string, Readonly<Record<string, Route>>>> {
  return {
    '/control/scripts': { POST: postScripts(world) },
    '/control/inbound': { POST: postInbound(world) },
    '/control/ledger': { GET: getLedger(world) },
    '/control/chaos': { PUT: putChaos(world), GET: () => ({ status: 200, body: world.chaos.setting }) },
    '/control/receipts': { GET: () => ({ status: 200, body: world.receipts.counts() }) },
    '/health/ready': { GET: () => ({ status: 200, body: { status: 'ok' } }) },
  };
}
