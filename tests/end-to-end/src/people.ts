import { randomInt } from 'node:crypto';
import type { MessageResource } from '@parley/contracts/http/message-resource';
import { until } from '@parley/testkit';
import { z } from 'zod';
import { messageIn, type Answer, type CallOptions } from './parley-client.ts';
import type { Reached } from './running-parley.ts';

/** Somebody with a key who uses the API as its documentation tells. */
export interface User {
  /** Sends a message, by default a short SMS to a number of its own; throws unless it is accepted. */
  sends(fields?: Record<string, unknown>): Promise<MessageResource>;
  /** The same, and whatever the answer is. */
  triesToSend(fields?: Record<string, unknown>, options?: CallOptions): Promise<Answer>;
  /** The messages that a query lists. */
  lists(query: string): Promise<Listed[]>;
  /** Any call; by default with the user's key. */
  asks(path: string, options?: CallOptions): Promise<Answer>;
  /** Does one of the things that may be done to a message. */
  does(action: string, id: string, body?: unknown): Promise<Answer>;
  message(id: string): Promise<MessageResource>;
  /** Looks at a message until it is as expected: in a status, with a reason. */
  sees(id: string, status: string, reason?: string): Promise<MessageResource>;
  /** What happened to a message, oldest first. */
  timeline(id: string): Promise<TimelineEntry[]>;
}

const list = z.object({
  data: z.array(z.looseObject({ id: z.string(), to: z.string(), body: z.string().nullable() })),
});
/** A message in a list. */
export type Listed = z.infer<typeof list>['data'][number];

const timeline = z.object({
  data: z.array(
    z.object({
      at: z.string(),
      event: z.string(),
      service: z.string(),
      provider: z.string().nullable(),
      summary: z.string(),
      details: z.record(z.string(), z.unknown()),
    }),
  ),
});
/** One thing that happened to a message. */
export type TimelineEntry = z.infer<typeof timeline>['data'][number];

/** The holder of the demo account's send+read key. */
export function userOf(parley: Reached): User {
  return holderOf(parley, () => parley.endpoint().apiKey);
}

/** The holder of the demo account's admin key. */
export function adminOf(parley: Reached): User {
  return holderOf(parley, () => parley.endpoint().adminKey);
}

/** The holder of a key. */
export function holderOf(parley: Reached, key: () => string): User {
  const asks: User['asks'] = (path, options = {}) => parley.client().call(path, { key: key(), ...options });
  const triesToSend: User['triesToSend'] = (fields = {}, options = {}) =>
    asks('/v1/messages', { body: { from: 'MyCorp', to: aNumber(), body: 'hello', ...fields }, ...options });
  const message: User['message'] = async (id) => messageIn(await expecting(200, asks(`/v1/messages/${id}`)));
  return {
    asks,
    triesToSend,
    message,
    lists: async (query) => list.parse((await expecting(200, asks(`/v1/messages?${query}`))).body).data,
    sends: async (fields) => messageIn(await expecting(202, triesToSend(fields))),
    does: (action, id, body = {}) => asks(`/v1/messages/${id}/${action}`, { method: 'POST', body }),
    sees: (id, status, reason) =>
      until(
        async () => {
          const seen = await message(id);
          return seen.status === status && (reason === undefined || seen.status_reason === reason)
            ? seen
            : null;
        },
        {
          what: `message ${id} is ${status}${reason === undefined ? '' : ` (${reason})`}`,
        },
      ),
    timeline: async (id) =>
      timeline.parse((await expecting(200, asks(`/v1/messages/${id}/timeline`))).body).data,
  };
}

/** Makes an account that holds nothing, and gives its admin. */
export async function newAccount(parley: Reached, id: string): Promise<User> {
  const admin = adminOf(parley);
  await expecting(201, admin.asks('/v1/accounts', { body: { id, name: id } }));
  const made = admin.asks('/v1/api-keys', { body: { account_id: id, scopes: ['admin'] } });
  const { key } = z.object({ key: z.string() }).parse((await expecting(201, made)).body);
  return holderOf(parley, () => key);
}

/** Makes an account that may send texts from any number, and gives its admin. */
export async function sendingAccount(parley: Reached, id: string): Promise<User> {
  const account = await newAccount(parley, id);
  await expecting(201, account.asks('/v1/senders', { body: { kind: 'number', address: '*' } }));
  return account;
}

/** Waits for an answer and throws unless it has this status. */
export async function expecting(status: number, answer: Promise<Answer>): Promise<Answer> {
  const { body, ...rest } = await answer;
  if (rest.status === status) return { ...rest, body };
  throw new Error(`answered ${rest.status} and not ${status}: ${JSON.stringify(body)}`);
}

// Other files use the same Parley: so many numbers that two of them never meet.
let numbers = randomInt(100_000_000, 900_000_000);

/** A phone number that no other test has. */
export function aNumber(): string {
  numbers += 1;
  return `+4915${numbers}`;
}

/** A number that sends, and that no other test sends from. */
export function aSender(): string {
  numbers += 1;
  return `+14${numbers}`;
}
