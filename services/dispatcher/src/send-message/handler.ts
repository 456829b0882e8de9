import type { SendMessageWork } from '@parley/contracts/work/send-message';
import { DONE, type Verdict } from '@parley/platform/bus';
import type { Directory } from '@parley/platform/directory';
import type { CallProvider } from './call-provider.ts';
import { chooseRoute, type Route } from './choose-route.ts';
import type { ClaimMessage } from './claim.ts';
import type { FinishMessage } from './finisher.ts';
import type { Gates } from './gates.ts';
import { finishAfterCall, finishWithoutCall } from './judge.ts';
import type { Finish } from './record-finishes.ts';
import type { WaitForConnection } from './wait-for-connection.ts';

/** The steps of sending, each in a file of its own. */
export interface SenderSteps {
  directory: Pick<Directory, 'account'>;
  gates: Gates;
  waitForConnection: WaitForConnection;
  claim: ClaimMessage;
  call: CallProvider;
  finish: FinishMessage;
  /** How long after the claim a call may still begin, ms: it must end within the lease. */
  callWithinMs: number;
}

const COME_BACK: Verdict = { verdict: 'retry', after_ms: 1_000, reason: 'no free connection' };

/**
 * Makes the handler of one piece of work: choose a connection, wait for a free place, claim, call, finish. Doing the
 * same work twice sends once, because only one can claim the message.
 */
export function messageSender(steps: SenderSteps): (payload: { work: SendMessageWork }) => Promise<Verdict> {
  const { directory, gates, waitForConnection, finish } = steps;
  return async ({ work }) => {
    const route = chooseRoute(await directory.account(work.account_id), work.type);
    if (route === null) {
      await waitForConnection(work);
      return DONE;
    }
    const leave = await gates.enter(route.url, work.priority);
    if (leave === null) return COME_BACK;
    const finished = await claimAndCall(work, route, steps).finally(leave);
    if (finished !== null) await finish(finished);
    return DONE;
  };
}

/** Claims the message and calls its provider; null when there is nothing to finish. */
async function claimAndCall(work: SendMessageWork, route: Route, steps: SenderSteps): Promise<Finish | null> {
  const asked = Date.now();
  const claimed = await steps.claim({ message_id: work.message_id, connection_id: route.connection.id });
  if (claimed === null) return null;
  const now = Date.now();
  // This process stood still, and the reconciler is about to take the message, or has it.
  if (now - asked > steps.callWithinMs) return null;
  return finishWithoutCall(claimed, now) ?? finishAfterCall(claimed, await steps.call(claimed, route), false);
}
