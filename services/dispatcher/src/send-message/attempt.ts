import type { Directory } from '@parley/platform/directory';
import { messageOf, Unavailable, type Logger } from '@parley/platform/runtime';
import type { Breakers } from '../lanes/breakers.ts';
import type { FastPath } from '../lanes/fast-path.ts';
import { slotRateOf } from '../lanes/lane.ts';
import type { Standings } from '../lanes/standings.ts';
import type { AwaitTurn } from '../lanes/turns.ts';
import type { CallProvider } from './call-provider.ts';
import { alternativesTo, routeOf, routesOf, type Route } from './choose-route.ts';
import type { Claimed } from './claim.ts';
import type { FinishMessage } from './finisher.ts';
import type { Place } from './gates.ts';
import { finishAfterCall, finishInLane, finishWithoutCall } from './judge.ts';
import type { MeasureSent } from './measure-sent.ts';
import type { Finish } from './record-finishes.ts';

/** A claimed message that is to be called for. */
export interface Attempt {
  claimed: Claimed;
  /** The way that was chosen for it. */
  route: Route;
  place: Place;
  /** The time slot that it has in its lane, epoch ms of the database; null = none. */
  slot: number | null;
  /** Whether it tries if its connection is back: that somebody does is settled, so nothing keeps it from that. */
  isTry: boolean;
}

/** Calls for claimed messages and records what comes of it: the end of every way to send. */
export interface Attempts {
  /** Begins and returns: from here on the lease looks after the message, not whoever brought it. */
  begin(attempt: Attempt): void;
  /** Resolves when nothing is under way any more. */
  drain(): Promise<void>;
}

export interface AttemptOptions {
  directory: Pick<Directory, 'account' | 'connection'>;
  standings: Standings;
  breakers: Breakers;
  fastPath: Pick<FastPath, 'sent'>;
  awaitTurn: AwaitTurn;
  call: CallProvider;
  finish: FinishMessage;
  measure: MeasureSent;
  /** How long after the claim a call may still begin, ms: it must end within the lease. */
  callWithinMs: number;
  logger: Logger;
}

/** Makes the attempts of a process. */
export function createAttempts(options: AttemptOptions): Attempts {
  const underWay = new Set<Promise<void>>();
  return {
    begin: (attempt) => {
      const running = run(attempt, options).finally(() => underWay.delete(running));
      underWay.add(running);
    },
    drain: async () => {
      await Promise.all(underWay);
    },
  };
}

async function run(attempt: Attempt, options: AttemptOptions): Promise<void> {
  const { claimed, place } = attempt;
  try {
    const finish = await callFor(attempt, options);
    place.hangUp();
    if (attempt.isTry) await options.breakers.tried(claimed.provider, finish?.call?.outcome.kind ?? null);
    if (finish === null) return;
    await options.finish(finish);
    options.measure(claimed, finish);
  } catch (error) {
    // The reconciler takes it up when its lease is over.
    options.logger.warn({ message_id: claimed.id, err: error }, `an attempt was left: ${messageOf(error)}`);
  } finally {
    place.leave();
  }
}

/** Calls the provider; null when it is too late for that and the message is the reconciler's. */
async function callFor(attempt: Attempt, options: AttemptOptions): Promise<Finish | null> {
  const { claimed } = attempt;
  const { standings, breakers, fastPath } = options;
  // This process stood still.
  if (timeLeft(attempt, options) < 0) return null;
  const over = finishWithoutCall(claimed, Date.now());
  if (over !== null) return over;
  const route = await routeFor(attempt, options);
  // Nothing was called: its lease must not end as a call that nobody knows the outcome of.
  if (!(await isItsTurn(attempt, route, options)))
    return finishInLane(claimed, { reason: 'rate_limited', ms: 0 });
  const lane = { connection_id: claimed.provider, sender: claimed.from };
  const health = standings.healthOf(claimed.provider);
  if (!attempt.isTry && (health !== 'well' || standings.isPaused(lane))) {
    const reason = health === 'well' ? 'throttled' : 'provider_unavailable';
    return finishInLane(claimed, { reason, ms: standings.pausedForMs(lane) });
  }
  fastPath.sent(claimed.account_id);
  const call = await options.call(claimed, route);
  const { outcome } = call;
  if (!attempt.isTry && call.by === 'call') breakers.record(claimed.provider, claimed.to, outcome.kind);
  return finishAfterCall(
    claimed,
    call,
    outcome.kind === 'unavailable' ? await countAlternatives(claimed, options) : 0,
  );
}

/** How much longer a call may begin, ms: later, the reconciler is about to take the message, or has it. */
function timeLeft({ claimed }: Attempt, { callWithinMs }: AttemptOptions): number {
  return claimed.asked_at + callWithinMs - Date.now();
}

/** Who may have sent it already is asked again, even if others are preferred or it is disabled by now. */
async function routeFor({ claimed, route }: Attempt, { directory }: AttemptOptions): Promise<Route | null> {
  return claimed.provider === route.connection.id
    ? route
    : routeOf(await directory.connection(claimed.provider));
}

/** Waits for its turn in a limited lane; false when that came too late. */
async function isItsTurn(attempt: Attempt, route: Route | null, options: AttemptOptions): Promise<boolean> {
  const { claimed, slot } = attempt;
  const rate = route === null ? null : slotRateOf(route.connection);
  if (rate === null) return true;
  const lane = { connection_id: claimed.provider, sender: claimed.from };
  const deadline = performance.now() + timeLeft(attempt, options);
  try {
    return await options.awaitTurn({ lane, rate, slot, deadline });
  } catch (error) {
    // It missed its slot, and nobody can give it another one now.
    if (error instanceof Unavailable) return false;
    throw error;
  }
}

/** None while the directory cannot be asked: what the call came to must not be lost for that. */
async function countAlternatives(
  claimed: Claimed,
  { directory, standings }: AttemptOptions,
): Promise<number> {
  const account = await directory.account(claimed.account_id).catch(() => null);
  return alternativesTo(claimed.provider, routesOf(account, claimed.type), standings.healthOf).length;
}
