import { messageResource } from '@parley/contracts/http/message-resource';
import { resolution, type ChangeReply } from '@parley/contracts/requests/change-messages';
import { Problem, type HttpReply } from '@parley/platform/http';
import { z } from 'zod';
import { notFound } from '../read-fields.ts';

/** The body of `POST /v1/messages/{id}/resolve`. */
export const resolveRequest = z.strictObject({ outcome: resolution });

/** The message as it stands after the change; throws the problem of a refusal. */
export function toReply(reply: ChangeReply): HttpReply {
  if (reply.outcome === 'changed') return { status: 200, body: messageResource(reply.message) };
  throw reply.code === 'not_found' ? notFound('message') : new Problem(reply.code, reply.detail);
}

/** What an owner says of a message; null when it is none of its own. */
export function unlessForeign(reply: ChangeReply): ChangeReply | null {
  return reply.outcome === 'refused' && reply.code === 'not_found' ? null : reply;
}
