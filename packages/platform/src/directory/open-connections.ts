import type { Logger } from '../runtime/logger.ts';
import { Unavailable } from '../runtime/unavailable.ts';
import { openConnection } from '../secrets/connection-secrets.ts';
import { SealedAway, type Keyring } from '../secrets/keyring.ts';
import type { AccountDirectory, Connection } from './directory.ts';
import type { SecretColumn } from './store.ts';

/** Which secrets of connections are opened, and with what. */
export interface Opens {
  column: SecretColumn;
  keyring: Keyring;
}

/** Makes the functions that open the secrets of what was loaded; a connection that cannot be opened is told once. */
export function openingConnections(opens: Opens | null, logger: Pick<Logger, 'error'>) {
  const told = new Set<string>();

  function open<One extends Connection>(connection: One): One {
    return opens === null
      ? connection
      : { ...connection, ...openConnection(opens.keyring, connection.id, connection) };
  }

  function tell({ id }: Connection, { message }: SealedAway): void {
    if (told.has(id)) return;
    told.add(id);
    logger.error(
      { connection: id, reason: message },
      'a connection cannot be used: its secrets cannot be opened',
    );
  }

  return {
    /** An account with those of its connections that can be used. */
    of: (account: AccountDirectory | null): AccountDirectory | null => {
      if (account === null) return null;
      const connections = account.connections.flatMap((connection) => {
        try {
          return [open(connection)];
        } catch (error) {
          if (!(error instanceof SealedAway)) throw error;
          tell(connection, error);
          return [];
        }
      });
      return { ...account, connections };
    },
    /** A connection; throws `Unavailable` when it cannot be used: whoever asks comes again when it can. */
    one: <One extends Connection>(connection: One | null): One | null => {
      try {
        return connection === null ? null : open(connection);
      } catch (error) {
        if (!(error instanceof SealedAway) || connection === null) throw error;
        tell(connection, error);
        throw new Unavailable(`the secrets of connection ${connection.id} cannot be opened`, {
          cause: error,
        });
      }
    },
  };
}
