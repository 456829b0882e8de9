import type { ConnectionId } from '@parley/contracts/ids';
import { lanePaused } from '@parley/contracts/notices/lane-paused';
import { noticeRow, type OutboxRow } from '@parley/platform/outbox';
import type { Trx } from '../database.ts';
import { EVERY_SENDER, laneName } from './lane.ts';
import type { Pause } from '../send-message/decide.ts';
import { pauseLanes, type LanePause } from './pause-store.ts';

/** What the end of a call says about a lane. */
export interface Paused {
  connection_id: ConnectionId;
  /** Whose call it was. */
  sender: string;
  pause: Pause;
}

/**
 * Pauses lanes in the transaction that ends the calls that told so. Returns the notices by which every instance hears of
 * it, to be committed with it.
 */
export async function settlePauses(trx: Trx, paused: readonly Paused[]): Promise<OutboxRow[]> {
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
