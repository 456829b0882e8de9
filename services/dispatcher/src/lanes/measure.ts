import { repeat, type Logger, type Metrics, type Part } from '@parley/platform/runtime';
import type { Database } from '../database.ts';
import { loadHealth } from '../query-connections/store.ts';
import type { LaneBook } from './lane-book.ts';

export interface MeasureOptions {
  db: Database;
  book: Pick<LaneBook, 'all'>;
  metrics: Metrics;
  logger: Logger;
}

const INTERVAL_MS = 5_000;
/** Those with the most lanes; of more, nobody would look at a chart. */
const MAX_CONNECTIONS = 100;

/** The part that measures how many messages wait in the lanes of each connection, and for how long. */
export function laneMeasuring({ db, book, metrics, logger }: MeasureOptions): Part {
  const waiting = metrics.gauge(
    'lane_waiting_messages',
    'Messages that wait in lanes, counted up to 10,000',
    ['connection'],
  );
  const oldest = metrics.gauge(
    'lane_oldest_seconds',
    'How long ago the messages that are next in their lanes were accepted, at most',
    ['connection'],
  );

  return repeat({
    name: 'measure lanes',
    intervalMs: INTERVAL_MS,
    logger,
    run: async () => {
      const lanes = [...Map.groupBy(book.all(), ({ connection_id }) => connection_id)]
        .toSorted(([, a], [, b]) => b.length - a.length)
        .slice(0, MAX_CONNECTIONS);
      const health = await loadHealth(
        db,
        lanes.map(([id]) => id),
      );
      waiting.reset();
      oldest.reset();
      const now = Date.now();
      for (const [connection, known] of lanes) {
        const count = health.find(({ connection_id }) => connection_id === connection)?.waiting ?? 0;
        const since = Math.min(...known.map((lane) => Date.parse(lane.since)));
        waiting.set({ connection }, count);
        oldest.set({ connection }, count === 0 ? 0 : (now - since) / 1_000);
      }
      return false;
    },
  });
}
