import { randomBytes } from 'node:crypto';
import { setChaos } from '@parley/trial/set-chaos';
import { acceptInBatches } from '../accept-batches.ts';
import { openDatabaseLedger } from '../ledgers/database.ts';
import type { Ledgers } from '../ledgers/ledgers.ts';
import { countCalls, readCalls } from '../ledgers/providers.ts';
import { reconcile } from '../ledgers/reconcile.ts';
import { settle } from '../ledgers/settle.ts';
import { countMessages } from '../ledgers/statistics.ts';
import type { Outcome } from '../outcome.ts';
import type { Around, Target } from '../target.ts';
import { judge, latenessOf } from '../lateness.ts';
import type { Lateness } from '../lateness.ts';
import { watchBus } from './watch-bus.ts';

/** Messages that become due one shortly after the other. */
export interface Appointment {
  count: number;
  /** Within which they are all due, spread evenly. */
  seconds: number;
  /** How long before the first is due they are sent to be accepted, s. */
  leadSeconds: number;
  /** What 99 of 100 may be late at most, ms; null = however late. */
  mostLateMs: number | null;
}

/**
 * Has messages accepted that are due together, and finds out when each was on the bus and at the provider, and whether
 * each was sent once. Throws when they cannot be accepted in time, or when aborted.
 */
export async function sendTogether(
  target: Target,
  { count, seconds, leadSeconds, mostLateMs }: Appointment,
  around: Around,
): Promise<Outcome> {
  const { simulatorUrl, natsUrl, postgresUrl } = target;
  const reference = `chaos-${randomBytes(6).toString('hex')}`;
  await setChaos(simulatorUrl, { receipts: 'off' });
  const [callsBefore, countedBefore] = await Promise.all([countCalls(simulatorUrl), countMessages(target)]);
  await using bus = await watchBus(natsUrl);
  const first = Date.now() + leadSeconds * 1_000;
  const dueAt = (index: number): number => first + Math.floor((index * seconds * 1_000) / count);
  const answered = await accept(target, { count, dueAt, reference }, around);
  if (Date.now() >= first)
    throw new Error(`${count} messages took more than ${leadSeconds} s to be accepted`);
  await using database = openDatabaseLedger(postgresUrl);
  const counted = async (): Promise<number> => (await countMessages(target)) - countedBefore;
  const patienceMs = around.patienceMs ?? (leadSeconds + seconds + 120) * 1_000;
  await settle({ reference, receipts: false, database, counted }, { ...around, patienceMs });
  const calls = await readCalls(simulatorUrl, callsBefore);
  const ledgers: Ledgers = {
    answered,
    unanswered: 0,
    stored: await database.messages(reference),
    calls,
    counted: await counted(),
  };
  const due = new Map(answered.map((id, index) => [id, dueAt(index)]));
  const onBus = latenessOf(due, bus.arrivals);
  const atProvider = latenessOf(due, new Map(calls.map(({ message, at }) => [message ?? '', at])));
  return {
    title: `${count} messages due within ${seconds} s`,
    lines: [
      ['on the bus', describe(onBus)],
      ['at the provider', describe(atProvider)],
    ],
    findings: [
      ...judge('on the bus', onBus, mostLateMs),
      ...judge('at the provider', atProvider, null),
      ...reconcile(ledgers, { receipts: false, held: 'any' }),
    ],
  };
}

function accept(
  target: Target,
  { count, dueAt, reference }: { count: number; dueAt(index: number): number; reference: string },
  { progress, signal }: Around,
): Promise<string[]> {
  const messages = Array.from({ length: count }, (_, index) => ({
    from: 'MyCorp',
    to: `+1${3_000_000_000 + index}`,
    body: 'Your appointment has come',
    send_at: new Date(dueAt(index)).toISOString(),
    client_reference: reference,
  }));
  let sofar = 0;
  return progress.live(
    () => `scheduling: ${sofar} of ${count} accepted`,
    () => acceptInBatches(target, messages, { accepted: (accepted) => (sofar = accepted), signal }),
  );
}

function describe({ p50, p99, worst, seen }: Lateness): string {
  return seen === 0
    ? 'none was seen'
    : `${seen} messages, late by p50 ${p50} ms, p99 ${p99} ms, at most ${worst} ms`;
}
