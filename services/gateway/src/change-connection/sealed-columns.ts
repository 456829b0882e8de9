import { openConnection, SealedAway, sealConnection, type Keyring } from '@parley/platform/secrets';
import type { Selectable, Updateable } from 'kysely';
import type { Tables } from '../database.ts';

type Connection = Tables['connection'];

/**
 * The columns of a change as they are stored: what is new is sealed, what was stored already stays as it is. A secret
 * that cannot be opened any more goes, so that new secrets make a connection well whose key is lost.
 */
export function sealedColumns(
  keyring: Keyring,
  { id, secrets: stored }: Pick<Selectable<Connection>, 'id' | 'secrets'>,
  columns: Updateable<Connection>,
): Updateable<Connection> {
  const { token, secrets } = columns;
  const seal = (one: string | null, others: string[]) =>
    sealConnection(keyring, id, { token: one, secrets: others });
  return {
    ...columns,
    ...(token !== undefined && { token: seal(token, []).token }),
    ...(secrets !== undefined && {
      secrets: secrets.flatMap((secret) =>
        stored.includes(secret) ? openable(keyring, id, secret) : seal(null, [secret]).secrets,
      ),
    }),
  };
}

function openable(keyring: Keyring, id: string, secret: string): string[] {
  try {
    openConnection(keyring, id, { token: null, secrets: [secret] });
    return [secret];
  } catch (error) {
    if (error instanceof SealedAway) return [];
    throw error;
  }
}
