import type { Bus } from './connect.ts';

/** Which life of a stream it is, how far it has come, and what of it a durable cannot need any more. */
export interface Mark {
  server_id: string;
  stream_created: string;
  last_seq: number;
  /** Every fact up to this sequence was handled by the durable or replayed from its owner. */
  handled_seq: number;
}

/** Where a stream and one of its durables stand right now. */
export interface Standing extends Mark {
  /** The oldest sequence that the stream still has. */
  first_seq: number;
}

/** Asks the server how a stream and a durable stand. Throws when it does not answer or one of them is not there. */
export async function standingOf(bus: Bus, stream: string, durable: string): Promise<Standing> {
  const manager = await bus.manager();
  const before = await manager.streams.info(stream);
  const consumer = await manager.consumers.info(stream, durable);
  // Again, for what was dropped in between counts as handled by the durable, too.
  const info = await manager.streams.info(stream);
  if (info.created !== before.created) throw new Error(`${stream} was made anew meanwhile`);
  // A durable that takes only some subjects keeps its floor while others pass, although it has missed nothing.
  const isIdle = consumer.num_pending === 0 && consumer.num_ack_pending === 0;
  return {
    server_id: bus.nc.info?.server_id ?? '',
    stream_created: info.created,
    last_seq: info.state.last_seq,
    first_seq: info.state.first_seq,
    handled_seq: isIdle ? before.state.last_seq : consumer.ack_floor.stream_seq,
  };
}

/** Whether facts may have been lost since the mark: with the stream's life, or dropped before they were handled. */
export function isGap(before: Mark, now: Standing): boolean {
  return isNewLife(before, now) || now.first_seq > before.handled_seq + 1;
}

/** The mark to keep once everything lost up to now was replayed. */
export function nextMark(before: Mark | null, now: Standing): Mark {
  const { first_seq, ...mark } = now;
  const known = before === null || isNewLife(before, now) ? 0 : before.handled_seq;
  return { ...mark, handled_seq: Math.max(known, now.handled_seq, first_seq - 1) };
}

function isNewLife(before: Mark, now: Mark): boolean {
  return (
    before.server_id !== now.server_id ||
    before.stream_created !== now.stream_created ||
    now.last_seq < before.last_seq
  );
}
