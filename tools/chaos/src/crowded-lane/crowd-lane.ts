import { setTimeout as delay } from 'node:timers/promises';
import { drain } from '@parley/trial/drain';
import { setChaos } from '@parley/trial/set-chaos';
import { acceptInBatches } from '../accept-batches.ts';
import { changeConnection, makeAccount } from '../administer.ts';
import { latenessOf } from '../lateness.ts';
import type { Lateness } from '../lateness.ts';
import { openDatabaseLedger } from '../ledgers/database.ts';
import { readCallsFrom } from '../ledgers/providers.ts';
import type { Outcome } from '../outcome.ts';
import type { Around, Target } from '../target.ts';
import { judgeFairness, judgeLimit } from './judge.ts';
import { sendSteadily } from './send-steadily.ts';
import type { SteadySender } from './send-steadily.ts';

/** How crowded it gets. */
export interface Crowd {
  /** Messages of a campaign that wait in one lane. */
  backlog: number;
  /** How long each thing is looked at, s. */
  seconds: number;
}

/** A second of each sender's messages in the first look, and in the second. */
const [SLOW, FAST] = [100, 500];
const CAMPAIGN = '+14155550100';
const QUIET = '+14155550111';
const QUIET_PER_SECOND = 10;

/**
 * Fills one lane of a limited connection with a campaign, and finds out how well the limit is kept and used, and what it
 * means for another account, and for one-time codes of the same sender. Throws when aborted.
 */
export async function* crowdLane(target: Target, crowd: Crowd, around: Around): AsyncGenerator<Outcome> {
  const { simulatorUrl } = target;
  await setChaos(simulatorUrl, { receipts: 'off' });
  const key = await makeAccount(target, { id: 'quiet', url: `${simulatorUrl}/sms-2` });
  const quiet = {
    key,
    from: QUIET,
    perSecond: QUIET_PER_SECOND,
    seconds: crowd.seconds,
    priority: 'normal',
  } as const;
  const [alone] = await delaysOf(target, [quiet], around);
  await changeConnection(target, 'sms', { rate_per_second: SLOW });
  await fillLane(target, crowd.backlog, around);
  yield await lookAtLimit(target, crowd, around);
  await changeConnection(target, 'sms', { rate_per_second: FAST });
  const codes = { ...quiet, key: target.apiKey, from: CAMPAIGN, perSecond: 2, priority: 'high' } as const;
  const [beside, urgent] = await delaysOf(target, [quiet, codes], around);
  if (alone === undefined || beside === undefined || urgent === undefined) return;
  yield {
    title: `Beside ${crowd.backlog} messages in a lane of ${FAST}/s`,
    ...judgeFairness({ alone, beside, codes: urgent }),
  };
}

function fillLane(target: Target, backlog: number, { progress, signal }: Around): Promise<string[]> {
  const messages = Array.from({ length: backlog }, (_, index) => ({
    from: CAMPAIGN,
    to: `+1${5_000_000_000 + index}`,
    body: 'Our summer has begun, and so have its prices',
  }));
  let sofar = 0;
  return progress.live(
    () => `filling the lane: ${sofar} of ${backlog} accepted`,
    () => acceptInBatches(target, messages, { accepted: (accepted) => (sofar = accepted), signal }),
  );
}

async function lookAtLimit(
  { simulatorUrl, postgresUrl }: Target,
  { backlog, seconds }: Crowd,
  { progress, signal }: Around,
): Promise<Outcome> {
  await using database = openDatabaseLedger(postgresUrl);
  const before = await database.updates();
  const from = Date.now();
  await progress.live(
    () => `looking at the lane: ${Math.round((Date.now() - from) / 1_000)}/${seconds} s`,
    () => delay(seconds * 1_000, undefined, { signal }),
  );
  const until = Date.now();
  const after = await database.updates();
  const calls = await readCallsFrom(simulatorUrl, CAMPAIGN);
  const instants = calls.map(({ at }) => at).filter((at) => at >= from && at < until);
  const updates = [...after].map(([table, count]) => [table, count - (before.get(table) ?? 0)] as const);
  return {
    title: `${backlog} messages in a lane of ${SLOW}/s, three dispatchers`,
    ...judgeLimit({ instants, seconds: (until - from) / 1_000, limit: SLOW, updates }),
  };
}

/** How long the messages of each sender took from their acceptance until they were called for; all send at once. */
async function delaysOf(
  target: Target,
  senders: readonly SteadySender[],
  { progress, signal, patienceMs = 60_000 }: Around,
): Promise<Lateness[]> {
  await using database = openDatabaseLedger(target.postgresUrl);
  const measure = async (sender: SteadySender): Promise<Lateness> => {
    const accepted = await sendSteadily(target, sender, signal);
    const look = async () => {
      const lateness = latenessOf(accepted, await database.firstCalls([...accepted.keys()]));
      return { lateness, left: accepted.size - lateness.seen };
    };
    const { latest } = await drain({ look, seen: () => {}, signal, patienceMs });
    return latest?.lateness ?? latenessOf(accepted, new Map());
  };
  const begun = performance.now();
  return await progress.live(
    () => `sending single messages: ${Math.round((performance.now() - begun) / 1_000)} s`,
    () => Promise.all(senders.map(measure)),
  );
}
