import { lookUp } from '../calls/look-up.ts';
import { takeCall } from '../calls/take-call.ts';
import { getLedger } from '../control/get-ledger.ts';
import { postInbound } from '../control/post-inbound.ts';
import { postScripts } from '../control/post-scripts.ts';
import { putChaos } from '../control/put-chaos.ts';
import { replying, type Door } from '../http/door.ts';
import type { World } from './world.ts';

/** The doors behind a path, by method. */
export type Doors = Readonly<Record<string, Door>>;

/** Every door: those of the providers that can send, then the control's. */
export function routes(world: World): ReadonlyMap<string, Doors> {
  const senders = [...world.connections.values()].filter(({ provider }) => provider.types.length > 0);
  return new Map<string, Doors>([
    ...senders.map((each): [string, Doors] => [
      `/${encodeURIComponent(each.id)}/messages`,
      { POST: takeCall(each, world), GET: replying(lookUp(each, world)) },
    ]),
    ['/control/scripts', { POST: replying(postScripts(world)) }],
    ['/control/inbound', { POST: replying(postInbound(world)) }],
    ['/control/ledger', { GET: replying(getLedger(world)) }],
    ['/control/chaos', { PUT: replying(putChaos(world)), GET: telling(() => world.chaos.setting) }],
    ['/control/receipts', { GET: telling(() => world.receipts.counts()) }],
    ['/health/ready', { GET: telling(() => ({ status: 'ok' })) }],
  ]);
}

function telling(body: () => unknown): Door {
  return replying(() => ({ status: 200, body: body() }));
}
