import type { Kysely } from 'kysely';
import { prepared } from '../db/prepared.ts';
import { background } from '../runtime/background.ts';
import { delay } from '../runtime/backoff.ts';
import type { Part } from '../runtime/part.ts';
import { messageOf } from '../runtime/unavailable.ts';
import type { Bus } from './connect.ts';
import { isGap, nextMark, standingOf, type Mark } from './stream-mark.ts';

export interface CatchUpOptions<Tables> {
  /** The consumer's own database; its schema has the table `position`. */
  db: Kysely<Tables>;
  stream: string;
  durable: string;
  /** The time of the newest fact applied since the start, an instant; null when none was. */
  latestFact(): string | null;
  /**
   * Applies everything the owners know of since this instant; safe to repeat and to run beside the consumer. Throws
   * when it cannot finish, also because the service stops: then the signal is aborted.
   */
  replay(since: string, signal: AbortSignal): Promise<void>;
}

interface PositionRow extends Mark {
  facts_until: string | null;
}

const CHECK_INTERVAL_MS = 1_000;
/** Facts reach the bus late when their outbox row had to wait for the sweep. */
const SLACK_MS = 10 * 60_000;
const BEGINNING = new Date(0).toISOString();

const loadPosition = prepared<PositionRow>(
  'load-position',
  'select server_id, stream_created, last_seq, handled_seq, facts_until from position where durable = $1',
);
const savePosition = prepared(
  'save-position',
  `insert into position (durable, server_id, stream_created, last_seq, handled_seq, facts_until)
   values ($1, $2, $3, $4, $5, $6)
   on conflict (durable) do update set server_id = excluded.server_id, stream_created = excluded.stream_created,
     last_seq = excluded.last_seq, handled_seq = excluded.handled_seq,
     facts_until = greatest(position.facts_until, excluded.facts_until)`,
);

/**
 * Makes a consumer of facts complete although the bus may lose everything: when the server restarted, the stream
 * was made anew, its sequence went back or it dropped facts that the durable had not handled, it replays from the
 * owners what changed since the consumer's position less ten minutes. A consumer without a position replays from
 * the beginning. Not ready until it has caught up.
 */
export function catchUp<Tables>(bus: Bus, options: CatchUpOptions<Tables>): Part {
  const { durable } = options;
  const state: State = { caughtUp: false, seen: null };
  const part = background(`catch up ${durable}`, async (stopping) => {
    for (let tick = 0; !stopping.aborted; tick += 1) {
      // The server's id is known without asking; the stream itself is looked at every few seconds.
      const due = !state.caughtUp || tick % 5 === 0 || bus.nc.info?.server_id !== state.seen?.server_id;
      if (due && bus.connected())
        await check(bus, options, { state, stopping }).catch((error) =>
          bus.logger.debug({ durable, err: error }, `cannot check for a gap yet: ${messageOf(error)}`),
        );
      await delay(CHECK_INTERVAL_MS, stopping);
    }
  });
  return { ...part, check: async () => (state.caughtUp ? null : 'has not caught up with the owners yet') };
}

interface State {
  caughtUp: boolean;
  /** The mark of the last check that went through. */
  seen: Mark | null;
}

/** Replays if there is a gap, then moves the position. */
async function check<Tables>(
  bus: Bus,
  { db, stream, durable, replay, latestFact }: CatchUpOptions<Tables>,
  { state, stopping }: { state: State; stopping: AbortSignal },
): Promise<void> {
  const standing = await standingOf(bus, stream, durable);
  const [position] = await loadPosition(db, [durable]);
  if (position === undefined || isGap(position, standing)) {
    state.caughtUp = false;
    const since = replayStart(position?.facts_until ?? null);
    bus.logger.info({ durable, since }, 'catching up from the owners');
    await replay(since, stopping);
    bus.metrics
      .counter('catch_ups_total', 'Replays from the owners after a gap', ['durable'])
      .inc({ durable });
  }
  const mark = nextMark(position ?? null, standing);
  const { server_id, stream_created, last_seq, handled_seq } = mark;
  await savePosition(db, [durable, server_id, stream_created, last_seq, handled_seq, latestFact()]);
  state.seen = mark;
  state.caughtUp = true;
}

function replayStart(factsUntil: string | null): string {
  return factsUntil === null ? BEGINNING : new Date(Date.parse(factsUntil) - SLACK_MS).toISOString();
}
