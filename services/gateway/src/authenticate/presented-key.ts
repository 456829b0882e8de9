import type { IncomingHttpHeaders } from 'node:http';

const BEARER = /^Bearer +(parley_\S+)$/i;
/** Longer than any key we make. */
const MAX_KEY_LENGTH = 256;

/** The API key that a request shows: `Authorization: Bearer parley_…`, else `X-API-Key`; null when it shows none. */
export function presentedKey(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers;
  const bearer = authorization === undefined ? undefined : BEARER.exec(authorization)?.[1];
  const key = bearer ?? headers['x-api-key'];
  return typeof key === 'string' && key !== '' && key.length <= MAX_KEY_LENGTH ? key : null;
}
