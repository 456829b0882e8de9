import { STREAMS } from '@parley/contracts/streams';
import type { Bus } from '@parley/platform/bus';

const NOTHING = '-infinity';
const EVERYTHING = 'infinity';

/**
 * From when on work may still be on the bus: an instant. Work published earlier, of a message that is still queued,
 * is lost; later work may only be waiting in line, and repeating it would make the line longer. Minus infinity, so
 * that nothing counts as lost, while the bus cannot be asked: it could not be published either.
 */
export async function oldestWork(bus: Pick<Bus, 'manager' | 'connected'>): Promise<string> {
  if (!bus.connected()) return NOTHING;
  try {
    const manager = await bus.manager();
    const { state } = await manager.streams.info(STREAMS.work.name);
    return state.messages === 0 ? EVERYTHING : new Date(state.first_ts).toISOString();
  } catch {
    return NOTHING;
  }
}

/** When a message goes stale whose work was published at an instant. */
export function staleAt(published: string, staleMs: number): string {
  if (published === NOTHING || published === EVERYTHING) return published;
  return new Date(Date.parse(published) + staleMs).toISOString();
}
