import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendReply, type Reply } from './reply.ts';

/** Takes a request and answers it in its own way. `query` is what stands behind the `?`. */
export type Door = (request: IncomingMessage, response: ServerResponse, query: string) => Promise<void>;

/** Says what to answer to a request. */
export type Route = (request: IncomingMessage, query: string) => Promise<Reply> | Reply;

/** A door that answers at once what its route says. */
export function replying(route: Route): Door {
  return async (request, response, query) => sendReply(response, await route(request, query));
}
