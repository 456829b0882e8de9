import type { Call } from './call-provider.ts';
import type { Claimed } from './claim.ts';
import {
  decide,
  decideOptedOut,
  decideOverdue,
  decidePaused,
  OUTCOME_UNKNOWN,
  type Judged,
} from './decide.ts';
import type { Finish } from './record-finishes.ts';

/** How a claimed message ends that is not to be called for: its time is over, or its recipient opted out; else null. */
export function finishWithoutCall(message: Claimed, now: number): Finish | null {
  const facts = factsOf(message);
  if (message.opted_out) return { message, call: null, move: decideOptedOut(facts, now) };
  if (Date.parse(message.expires_at) > now) return null;
  return { message, call: null, move: decideOverdue(facts, message.waited_for) };
}

/** What the call for a claimed message comes to. `alternatives`: how many other connections could send it now. */
export function finishAfterCall(message: Claimed, call: Call, alternatives: number): Finish {
  const { took_none, ...trust } = call.trust;
  const known = factsOf(message);
  const facts = {
    ...known,
    ...trust,
    unresolved: known.unresolved && !took_none,
    attempt_no: message.attempt_no,
    connection_id: call.connection_id,
    alternatives,
  };
  const moment = { called: Date.parse(call.started_at), now: Date.now(), random: Math.random };
  return { message, call, move: decide(call.outcome, facts, moment) };
}

/** How a claimed message goes back into its lane, where no call can be made now that it had been taken out for. */
export function finishInLane(message: Claimed, pause: { reason: string; ms: number }): Finish {
  const now = Date.now();
  const putBack = { reason: pause.reason, at: new Date(now).toISOString() };
  return { message, call: null, move: decidePaused(factsOf(message), pause, now), putBack };
}

function factsOf({ attempts_spent, expires_at, waited_for }: Claimed): Judged {
  return { attempts_spent, expires_at, unresolved: waited_for === OUTCOME_UNKNOWN };
}
