import type { ConnectionId } from '@parley/contracts/ids';
import type { Priority } from '@parley/contracts/sending-choices';
import type { Connection } from '@parley/platform/directory';

/** Where messages wait for their turn: every sender of a connection has a lane of its own. */
export interface Lane {
  connection_id: ConnectionId;
  sender: string;
}

/** Why a message has to wait in a lane; null = for nothing but its turn. */
export type WaitReason = 'throttled' | 'provider_unavailable' | null;

/** Where a message waits, and why. */
export interface LanePlace {
  connection_id: ConnectionId;
  reason: WaitReason;
}

/** The sender that stands for all lanes of a connection. */
export const EVERY_SENDER = '';

/** What a lane is known by. */
export function laneName({ connection_id, sender }: Lane): string {
  return `${connection_id}\0${sender}`;
}

/** What goes first in a lane: 0 before 1. */
export function urgencyOf(priority: Priority): number {
  return priority === 'high' ? 0 : 1;
}

/** Calls may arrive closer together than they were made: their slots are so much further apart than the limit asks. */
const MARGIN = 1.02;

/** How many slots a second a lane has through a connection; null = as many as anyone wants. */
export function slotRateOf({ rate_per_second }: Pick<Connection, 'rate_per_second'>): number | null {
  return rate_per_second === null ? null : rate_per_second / MARGIN;
}
