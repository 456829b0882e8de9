import { z } from 'zod';
import type { Connection } from '../setup/connection.ts';

/** The id of a connection that is played here, read as the connection. */
export function knownConnection(connections: ReadonlyMap<string, Connection>): z.ZodType<Connection> {
  return z.string().transform((id, context) => {
    const connection = connections.get(id);
    if (connection !== undefined) return connection;
    context.addIssue({ code: 'custom', message: `is none of ${[...connections.keys()].join(', ')}` });
    return z.NEVER;
  });
}
