import { statfsSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type as osName } from 'node:os';
import type { LoadReport } from '../load/protocol.ts';
import type { BenchOptions } from '../options.ts';

/** What the machine is, apart from the benchmark. */
export interface Machine {
  os: string;
  cpu: string;
  cores: number;
  memory_mb: number;
  node: string;
  /** Of the data directory; on `tmpfs` flushing to disk costs nothing, so its figures flatter. */
  file_system: string;
  /** Processes that wanted to run in the minute before. */
  load_average: number;
}

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

const FILE_SYSTEMS: Readonly<Record<number, string>> = {
  0x01_02_19_94: 'tmpfs',
  0xef_53: 'ext4',
  0x58_46_53_42: 'xfs',
  0x91_23_68_3e: 'btrfs',
  0x79_4c_76_30: 'overlayfs',
  0x2f_c1_2f_c1: 'zfs',
  0x1a: 'apfs',
};

/** Looks at the machine; `directory` is where the data will lie. */
export function lookAtMachine(directory: string): Machine {
  const fileSystem = statfsSync(directory).type;
  return {
    os: `${osName()} ${release()}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memory_mb: Math.round(totalmem() / 1e6),
    node: process.version,
    file_system: FILE_SYSTEMS[fileSystem] ?? `0x${fileSystem.toString(16)}`,
    load_average: Number((loadavg()[0] ?? 0).toFixed(2)),
  };
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
