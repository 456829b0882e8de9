import type { LoadReport } from '@parley/trial/load/protocol';
import type { Machine } from '@parley/trial/report/machine';
import type { BenchOptions } from '../options.ts';

/** Everything that must be the same for two runs to be comparable, and what was odd about this one. */
export interface Conditions extends Machine {
  started_at: string;
  seconds: number;
  warm_up_s: number;
  connections: number;
  /** Null: a closed loop. */
  rate: number | null;
  receipts: 'on' | 'off';
  idempotency_keys: boolean;
  profiled: boolean;
  /** PostgreSQL flushed every commit. */
  fsync: boolean;
  /** Of the processors' time during the run, 0 to 1: what other programs took. Null where it is not known. */
  cpu_share_of_others: number | null;
  /** From the end of the load until everything had gone all the way. */
  drain_s: number;
  refused: LoadReport['refused'];
  unknown: number;
  unsent: number;
  /** Processes that died meanwhile. */
  deaths: number;
}

/** What of the options belongs to the conditions. */
export function chosen(options: BenchOptions) {
  return {
    seconds: options.seconds,
    warm_up_s: options.warmUpSeconds,
    connections: options.connections,
    rate: options.rate,
    receipts: options.receipts,
    idempotency_keys: options.keys,
    profiled: options.profile !== null,
    fsync: true,
  };
}
