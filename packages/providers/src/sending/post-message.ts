import type { OutgoingMessage, Outcome, PostJson, ProviderAccount } from '../provider.ts';
import { authorizationOf } from './authorization.ts';
import { classifyAnswer, type NotTaken } from './classify-answer.ts';
import { classifyFailure } from './classify-failure.ts';

/** One call: what to send, through which account, and what the provider promises of its answers. */
export interface Call {
  message: OutgoingMessage;
  /** The message in the provider's own fields. */
  payload: Record<string, unknown>;
  account: ProviderAccount;
  post: PostJson;
  notTaken: NotTaken;
}

/** Posts a message as JSON with its idempotency key, and says what it came to. Never throws. */
export async function postMessage({ message, payload, account, post, notTaken }: Call): Promise<Outcome> {
  const headers = {
    'content-type': 'application/json',
    'idempotency-key': message.idempotency_key,
    ...authorizationOf(account),
  };
  try {
    const answer = await post(`${account.url}/messages`, headers, JSON.stringify(payload));
    return classifyAnswer(answer, notTaken, Date.now());
  } catch (error) {
    return classifyFailure(error);
  }
}

/** For a provider whose server errors all promise that nothing was taken. */
export const everyServerError: NotTaken = (status) => status >= 500;
