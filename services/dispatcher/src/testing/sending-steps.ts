import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import { aMessage } from '@parley/testkit';
import type { Database } from '../database.ts';
import { createClaimer, type Claimed, type ClaimMessage } from '../send-message/claim.ts';
import { createFinisher, type FinishMessage } from '../send-message/finisher.ts';
import { contextOn, queue, SMS } from './rows.ts';

/** Of every message that `sendingSteps` queues: an hour from now. */
export const EXPIRES_AT = new Date(Date.now() + 3_600_000).toISOString();

/** The steps of sending, one by one. */
export interface SendingSteps {
  /** Stores a message as accept does. */
  queued(overrides?: Partial<Message>): Promise<MessageId>;
  claim: ClaimMessage;
  /** Claims a message for the connection `sms`. Throws when that cannot be had. */
  claimed(id: MessageId): Promise<Claimed>;
  finish: FinishMessage;
}

/** Makes the steps, with the time-outs and leases of `contextOn`. */
export function sendingSteps(db: Database): SendingSteps {
  const claim = createClaimer(contextOn(db));
  return {
    queued: async (overrides = {}) => {
      const message = aMessage({ expires_at: EXPIRES_AT, ...overrides });
      await queue(db, [message]);
      return message.id;
    },
    claim,
    claimed: async (message_id) => {
      const row = await claim({ message_id, connection_id: SMS });
      if (row === null) throw new Error('was not claimed');
      return row;
    },
    finish: createFinisher(contextOn(db)),
  };
}
