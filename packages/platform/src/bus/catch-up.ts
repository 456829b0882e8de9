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
  life: string;
  complete: boolean;
}

const CHECK_INTERVAL_MS = 1_000;
/** Facts reach the bus late when their outbox row had to wait for the sweep. */
const SLACK_MS = 10 * 60_000;
const BEGINNING = new Date(0).toISOString();

const loadPosition = prepared<PositionRow>(
  'load-position',
  'select server_id, stream_created, last_seq, handled_seq, facts_until, life, complete from position where durable = $1',
);
/** A position of nothing yet, with a life of its own: whoever empties the projections takes it away. */
const beginPosition = prepared<Pick<PositionRow, 'life'>>(
  'begin-position',
  `insert into position (durable, server_id, stream_created, last_seq, handled_seq) values ($1, '', '', 0, 0)
   on conflict (durable) do update set durable = excluded.durable returning life`,
);
const savePosition = prepared<Pick<PositionRow, 'life'>>(
  'save-position',
  `update position set server_id = $3, stream_created = $4, last_seq = $5, handled_seq = $6,
     facts_until = greatest(facts_until, $7), complete = true
   where durable = $1 and life = $2 returning life`,
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
  const known = position?.complete ? position : null;
  let life = position?.life;
  if (known === null || isGap(known, standing)) {
    state.caughtUp = false;
    life ??= (await beginPosition(db, [durable]))[0]?.life;
    const since = replayStart(known?.facts_until ?? null);
    bus.logger.info({ durable, since }, 'catching up from the owners');
    await replay(since, stopping);
    bus.metrics
      .counter('catch_ups_total', 'Replays from the owners after a gap', ['durable'])
      .inc({ durable });
  }
  const mark = nextMark(known, standing);
  const { server_id, stream_created, last_seq, handled_seq } = mark;
  const values = [durable, life, server_id, stream_created, last_seq, handled_seq, latestFact()];
  const saved = await savePosition(db, values);
  // Emptied meanwhile: what was replayed may be gone again, so the next check begins anew.
  state.caughtUp = saved.length > 0;
  state.seen = mark;
}

function replayStart(factsUntil: string | null): string {
  return factsUntil === null ? BEGINNING : new Date(Date.parse(factsUntil) - SLACK_MS).toISOString();
}
