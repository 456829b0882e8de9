import type { ConnectionId } from '@parley/contracts/ids';
import { lanePaused } from '@parley/contracts/notices/lane-paused';
import { noticeRow, type OutboxRow } from '@parley/platform/outbox';
import type { Trx } from '../database.ts';
import { enterLanes, type Entry } from './enter.ts';
import { EVERY_SENDER, laneName } from './lane.ts';
import { pauseLanes, type LanePause } from './pause-store.ts';

/** What the end of a call says about a lane. */
export interface Paused {
  connection_id: ConnectionId;
  /** Whose call it was. */
  sender: string;
  pause: { connection_wide: boolean; ms: number; reason: LanePause['reason'] };
}

/**
 * Lets throttled messages wait in their lanes and pauses lanes, in the transaction that ends the calls. Returns the
 * notices by which every instance hears of the pauses, to be committed with it.
 */
export async function settleLanes(
  trx: Trx,
  { entries, paused }: { entries: readonly Entry[]; paused: readonly Paused[] },
): Promise<OutboxRow[]> {
  await enterLanes(trx, entries);
  const lanes = await pauseLanes(trx, longest(paused));
  return lanes.map(({ connection_id, sender, paused_until, reason }) =>
    noticeRow(lanePaused, {
      connection_id,
      sender: sender === EVERY_SENDER ? null : sender,
      until: paused_until,
      reason,
    }),
  );
}

/** Each lane once, with its longest pause. */
function longest(paused: readonly Paused[]): LanePause[] {
  const pauses = new Map<string, LanePause>();
  for (const { connection_id, sender, pause } of paused) {
    const { connection_wide, ms, reason } = pause;
    const lane = { connection_id, sender: connection_wide ? EVERY_SENDER : sender };
    const name = laneName(lane);
    if ((pauses.get(name)?.ms ?? -1) < ms) pauses.set(name, { ...lane, ms, reason });
  }
  return [...pauses.values()];
}
