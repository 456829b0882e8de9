import { statfsSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type as osName } from 'node:os';

/** What the machine is, apart from what is tried on it. */
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

/** The machine in two lines, and what ran on it. */
export function describeMachine(machine: Machine): [string, string] {
  const { os, cpu, cores, memory_mb, node, file_system, load_average } = machine;
  return [
    `${cores} × ${cpu}, ${whole.format(memory_mb)} MB, ${os}, ${file_system}, load ${load_average}`,
    `Node ${node}, PostgreSQL with fsync, everything on this machine`,
  ];
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });
