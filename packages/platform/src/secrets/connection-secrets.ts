import type { Keyring } from './keyring.ts';

/** What is secret of a connection, as it is stored or as it is used. */
export interface ConnectionSecrets {
  /** What calls to its provider are made with. */
  token: string | null;
  /** What its webhooks are signed with, newest first. */
  secrets: string[];
}

/** Seals a connection's secrets for that connection alone. */
export function sealConnection(
  keyring: Keyring,
  id: string,
  { token, secrets }: ConnectionSecrets,
): ConnectionSecrets {
  return {
    token: token === null ? null : keyring.seal(token, purposeOf(id, 'token')),
    secrets: secrets.map((secret) => keyring.seal(secret, purposeOf(id, 'secret'))),
  };
}

/** Opens them again. Throws `SealedAway` when one of them cannot be opened. */
export function openConnection(
  keyring: Keyring,
  id: string,
  { token, secrets }: ConnectionSecrets,
): ConnectionSecrets {
  return {
    token: token === null ? null : keyring.open(token, purposeOf(id, 'token')),
    secrets: secrets.map((secret) => keyring.open(secret, purposeOf(id, 'secret'))),
  };
}

function purposeOf(id: string, what: 'token' | 'secret'): string {
  return `connection ${id} ${what}`;
}
