import type { ConnectionId } from '@parley/contracts/ids';
import { lanePaused } from '@parley/contracts/notices/lane-paused';
import { listen, type Bus } from '@parley/platform/bus';
import { messageOf, repeat, type Logger, type Metrics, type Part } from '@parley/platform/runtime';
import type { Database } from '../database.ts';
import { loadBreakers } from './breaker-store.ts';
import { EVERY_SENDER } from './lane.ts';
import { loadPauses } from './pause-store.ts';
import type { Health, Standings } from './standings.ts';

export interface KeepOptions {
  db: Database;
  bus: Bus;
  standings: Standings;
  metrics: Metrics;
  logger: Logger;
}

const INTERVAL_MS = 1_000;
/** More pauses than that at once are learnt by the 429 of their first call. */
const MAX_PAUSES = 10_000;
const GAUGE: Record<Health, number> = { well: 0, paused: 0, half_open: 1, open: 2 };

/**
 * The parts that keep the memory of pauses and breakers: notices tell of them at once, and the tables are read every
 * second, so that a lost notice costs no more than that.
 */
export function standingsKeeping({ db, bus, standings, metrics, logger }: KeepOptions): Part[] {
  const gauge = metrics.gauge('breaker_state', 'Breakers: 0 = closed, 1 = half open, 2 = open', [
    'connection',
  ]);
  const paused = metrics.counter('lane_pauses_total', 'Pauses of lanes and connections that were heard of', [
    'connection',
    'reason',
  ]);
  let shown: ConnectionId[] = [];

  async function refresh(): Promise<boolean> {
    const asked = standings.now();
    const [pauses, breakers] = await Promise.all([loadPauses(db, MAX_PAUSES), loadBreakers(db)]);
    standings.replace(asked, pauses, breakers);
    shown = [...new Set([...shown, ...standings.unwell()])];
    for (const connection of shown) gauge.set({ connection }, GAUGE[standings.healthOf(connection)]);
    return false;
  }

  const loading = repeat({ name: 'pauses', intervalMs: INTERVAL_MS, run: refresh, logger });
  return [
    {
      ...loading,
      start: async () => {
        // Nothing is sent before; without the database nothing could be.
        await refresh().catch((error: unknown) =>
          logger.warn({ err: error }, `pauses are not known yet: ${messageOf(error)}`),
        );
        await loading.start();
      },
    },
    listen(bus, lanePaused, ({ connection_id, sender, until, reason }) => {
      paused.inc({ connection: connection_id, reason });
      const ms = Date.parse(until) - Date.now();
      if (reason === 'breaker_open') standings.open(connection_id, ms);
      else standings.pause({ connection_id, sender: sender ?? EVERY_SENDER }, ms);
    }),
  ];
}
