import { chaosSetting } from '../chaos/setting.ts';
import type { World } from '../setup/world.ts';
import { withBody, type Route } from './route.ts';

/** `PUT /control/chaos`: replaces the whole setting and answers it, defaults filled in. */
export function putChaos({ chaos }: World): Route {
  return withBody(chaosSetting, (setting) => {
    chaos.set(setting);
    return { status: 200, body: chaos.setting };
  });
}
