import type { ProviderAccount } from '../provider.ts';

/** The header that names the account to its provider; none without a token. */
export function authorizationOf({ token }: ProviderAccount): Record<string, string> {
  return token === null ? {} : { authorization: `Bearer ${token}` };
}
