import type { ConnectionId } from '@parley/contracts/ids';
import type { Priority } from '@parley/contracts/sending-choices';

/** Where messages wait for their turn: every sender of a connection has a lane of its own. */
export interface Lane {
  connection_id: ConnectionId;
  sender: string;
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

/** The priority of what has an urgency. */
export function priorityOf(urgency: number): Priority {
  return urgency === 0 ? 'high' : 'normal';
}
