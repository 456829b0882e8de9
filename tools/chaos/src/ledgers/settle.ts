import { drain } from '@parley/trial/drain';
import type { Around } from '../target.ts';
import type { DatabaseLedger } from './database.ts';
import type { StateCount } from './ledgers.ts';
import { nameOfState } from './ledgers.ts';
import { isSettled } from './reconcile.ts';

/** Which messages are waited for, and whom to ask. */
export interface Settling {
  /** Their client reference. */
  reference: string;
  /** Whether every message that is sent is reported on. */
  receipts: boolean;
  database: DatabaseLedger;
  /** How many of them the statistics count. */
  counted(): Promise<number>;
}

interface Look {
  states: readonly StateCount[];
  total: number;
  /** Neither at their end nor held. */
  open: number;
  left: number;
}

/** Waits until the messages are at their end or held and counted as well, or until nothing moves any more. */
export async function settle(settling: Settling, { progress, ...options }: Around): Promise<void> {
  let latest: Look | null = null;
  await progress.live(
    () => describe(latest),
    () => drain({ look: () => look(settling), seen: (seen) => (latest = seen), ...options }),
  );
}

async function look({ reference, receipts, database, counted }: Settling): Promise<Look> {
  const states = await database.states(reference);
  const total = sum(states);
  const open = sum(states.filter((state) => !isSettled(state, { receipts })));
  return { states, total, open, left: Math.max(open, total - (await counted())) };
}

function sum(states: readonly StateCount[]): number {
  return states.reduce((total, { count }) => total + count, 0);
}

const whole = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 0 });

function describe(latest: Look | null): string {
  if (latest === null) return 'waiting for all to come to their end';
  const states = latest.states.map((state) => `${whole.format(state.count)} ${nameOfState(state)}`);
  return `waiting for ${whole.format(latest.open)} of ${whole.format(latest.total)}: ${states.join(', ')}`;
}
