import { readFileSync } from 'node:fs';

/** How the machine's processors have spent their time since it started, seconds over all of them. */
export interface MachineTime {
  busy: number;
  all: number;
}

const TICKS_PER_SECOND = 100;

/** Looks at the processors; null where there is no /proc. */
export function readMachineTime(): MachineTime | null {
  return process.platform === 'linux' ? parseMachineTime(readFileSync('/proc/stat', 'utf8')) : null;
}

/** Reads /proc/stat. Time that the host of a virtual machine gave to others counts as busy. */
export function parseMachineTime(text: string): MachineTime {
  const fields = /^cpu +(.*)$/m.exec(text)?.[1]?.split(' ').map(Number) ?? [];
  // The two after these are part of the first two.
  const [user = 0, nice = 0, system = 0, idle = 0, iowait = 0, irq = 0, softirq = 0, steal = 0] = fields;
  const busy = user + nice + system + irq + softirq + steal;
  return { busy: busy / TICKS_PER_SECOND, all: (busy + idle + iowait) / TICKS_PER_SECOND };
}

/**
 * The share of the processors' time, 0 to 1, that was used by anybody else than us, who used `ours` seconds of it.
 * Null when it is not known.
 */
export function shareOfOthers(
  before: MachineTime | null,
  after: MachineTime | null,
  ours: number,
): number | null {
  if (before === null || after === null || after.all <= before.all) return null;
  const others = Math.max(0, after.busy - before.busy - ours);
  return Math.min(1, others / (after.all - before.all));
}
