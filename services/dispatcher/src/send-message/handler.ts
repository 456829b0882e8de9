import type { SendMessageWork } from '@parley/contracts/work/send-message';
import { DONE, type Verdict } from '@parley/platform/bus';
import type { Breakers } from '../lanes/breakers.ts';
import type { Park } from '../lanes/park.ts';
import type { Attempts } from './attempt.ts';
import type { ClaimMessage } from './claim.ts';
import type { Gates } from './gates.ts';
import { findNextStep, type NextStep, type StepOptions } from './next-step.ts';
import type { WaitForConnection } from './wait-for-connection.ts';

/** The steps of sending, each in a file of its own. */
export interface SenderSteps extends StepOptions {
  gates: Gates;
  park: Park;
  waitForConnection: WaitForConnection;
  claim: ClaimMessage;
  attempts: Attempts;
  breakers: Breakers;
}

/**
 * Makes the handler of one piece of work: find out how it goes on, take a place at the gate, claim, and begin the call. What cannot
 * be called for now waits elsewhere, so that nothing on the bus waits for something slow. Doing the same work twice sends
 * once, because only one can claim the message.
 */
export function messageSender(steps: SenderSteps): (payload: { work: SendMessageWork }) => Promise<Verdict> {
  return async ({ work }) => {
    const next = await findNextStep(work, steps);
    if (next.step === 'nowhere') await steps.waitForConnection(work);
    else if (next.step === 'lane') await steps.park({ message_id: work.message_id, ...next });
    else await enter(work, next, steps);
    return DONE;
  };
}

async function enter(
  { message_id }: SendMessageWork,
  { route, isTry }: Extract<NextStep, { step: 'call' }>,
  { gates, park, claim, attempts, breakers }: SenderSteps,
): Promise<void> {
  const { id: connection_id } = route.connection;
  const place = gates.enter(route.url);
  const giveUp = async (): Promise<void> => {
    place?.leave();
    if (isTry) await breakers.tried(connection_id, null);
  };
  try {
    if (place === null) {
      await park({ message_id, connection_id, reason: null });
      return await giveUp();
    }
    const claimed = await claim({ message_id, connection_id });
    if (claimed === null) return await giveUp();
    attempts.begin({ claimed, route, place, slot: null, isTry });
  } catch (error) {
    await giveUp();
    throw error;
  }
}
