import { hash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Scope } from '@parley/contracts/scope';
import type { Handler, HttpReply, HttpRequest } from '@parley/platform/http';
import type { Limiter } from '../limit-rate/limiter.ts';
import type { Lookup } from '../lookup.ts';
import { refused, requireScope, type Caller } from './decide.ts';
import { presentedKey } from './presented-key.ts';

/** A handler of a route that needs an API key. */
export type KeyedHandler = (request: HttpRequest, caller: Caller) => Promise<HttpReply>;

/** What is stored of a key: its SHA-256, hex. */
export function hashKey(key: string): string {
  return hash('sha256', key, 'hex');
}

export interface Guards {
  keys: Lookup<Caller>;
  limit: Limiter;
}

/**
 * Lets a handler see only requests with a live key of that scope that is not used too often; others get 401, 403 or
 * 429, their body unread.
 */
export function guard({ keys, limit }: Guards, scope: Scope, handle: KeyedHandler): Handler {
  return async (request) => {
    const caller = await authenticate(keys, request.headers, scope);
    return limit(caller, () => handle(request, caller));
  };
}

async function authenticate(
  keys: Lookup<Caller>,
  headers: IncomingHttpHeaders,
  scope: Scope,
): Promise<Caller> {
  const key = presentedKey(headers);
  if (key === null)
    throw refused('Send an API key: "Authorization: Bearer parley_…" or "X-API-Key: parley_…".');
  return requireScope(await keys.find(hashKey(key)), scope, Date.now());
}
