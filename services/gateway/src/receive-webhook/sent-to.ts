import type { HttpRequest } from '@parley/platform/http';

/**
 * The URL that a request was sent to, as its sender wrote it: signatures may rest on it. `base` is where the
 * gateway is reached from outside, without a trailing slash; without one the request's own word is taken, first what
 * a proxy says of it. A client that lies there gains nothing but a webhook whose signature does not fit, or, at worst,
 * delivers one here that somebody with the same secret had signed for another host.
 */
export function sentTo({ target, headers }: Pick<HttpRequest, 'target' | 'headers'>, base?: string): string {
  if (base !== undefined) return base + target;
  const scheme = firstOf(headers['x-forwarded-proto'])?.toLowerCase() === 'https' ? 'https' : 'http';
  return `${scheme}://${firstOf(headers['x-forwarded-host']) ?? headers.host ?? ''}${target}`;
}

/** Each proxy adds what it was asked for behind what the one before it said. */
function firstOf(header: string | string[] | undefined): string | undefined {
  const [first] = String(header ?? '').split(',');
  return first?.trim() || undefined;
}
