import { parseMessageId, type MessageId } from '@parley/contracts/ids';
import type { HttpRequest } from '@parley/platform/http';
import { notFound } from '../read-fields.ts';

/** The message that a path names; throws the problem of one that names none. */
export function messageIdIn(params: HttpRequest['params']): MessageId {
  const id = parseMessageId(params['id'] ?? '');
  if (id === null) throw notFound('message');
  return id;
}
