import type { AccountId } from '@parley/contracts/ids';
import type { Scope } from '@parley/contracts/scope';
import type { RateLimit } from '../limit-rate/decide.ts';
import { Problem } from '@parley/platform/http';

/** A live API key and its account's directory version. */
export interface Caller {
  key_id: string;
  account_id: AccountId;
  directory_version: number;
  scopes: readonly Scope[];
  /** An instant; null = never. */
  expires_at: string | null;
  /** How often it may be used; null = as often as it likes. */
  rate_limit: RateLimit | null;
}

/** Throws the problem that keeps this key from an act that wants `scope` at `now` (ms). */
export function requireScope(key: Caller | null, scope: Scope, now: number): Caller {
  if (key === null) throw refused('This API key is not known, or it was revoked.');
  if (key.expires_at !== null && Date.parse(key.expires_at) <= now)
    throw refused('This API key has expired.');
  if (key.scopes.includes(scope) || key.scopes.includes('admin')) return key;
  throw new Problem('insufficient_scope', `This needs an API key with the scope "${scope}".`);
}

/** The problem of a request that shows no key that can be used. */
export function refused(detail: string): Problem {
  return new Problem('invalid_api_key', detail, { headers: { 'www-authenticate': 'Bearer' } });
}
