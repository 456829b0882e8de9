import { chaosSetting } from '../chaos/setting.ts';
import type { Route } from '../http/door.ts';
import type { World } from '../setup/world.ts';
import { withBody } from './with-body.ts';

/** `PUT /control/chaos`: replaces the whole setting and answers it, defaults filled in. */
export function putChaos({ chaos, connections }: World): Route {
  const known = chaosSetting.refine(({ down }) => down.every((id) => connections.has(id)), {
    path: ['down'],
    error: `names none of ${[...connections.keys()].join(', ')}`,
  });
  return withBody(known, (setting) => {
    chaos.set(setting);
    return { status: 200, body: chaos.setting };
  });
}
