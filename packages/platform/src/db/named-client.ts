import type { PostgresPoolClient } from 'kysely';
import type pg from 'pg';
import { messageOf } from '../runtime/unavailable.ts';

/** Statement texts that PostgreSQL should prepare once per connection, with the name they go by. */
const names = new Map<string, string>();

/** Registers a text as a named prepared statement. Throws when the name already stands for another text. */
export function registerName(name: string, text: string): void {
  for (const [known, knownName] of names)
    if (knownName === name && known !== text) throw new Error(`two statements are named ${name}`);
  names.set(text, name);
}

const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
/** What the driver says when it gave up waiting for an answer. */
const SILENCE = 'Query read timeout';
const TRANSACTION_CONTROL = /^(begin|start|commit|rollback)/i;

/**
 * A pool's client as Kysely sees it, which sends registered texts as named statements: planned once per
 * connection instead of at every execution.
 */
export function namedClient(client: pg.PoolClient, onStatement: () => void): PostgresPoolClient {
  const known = clients.get(client);
  if (known !== undefined) return known;
  const wrapped = wrap(client, onStatement);
  clients.set(client, wrapped);
  return wrapped;
}

function wrap(client: pg.PoolClient, onStatement: () => void): PostgresPoolClient {
  // A connection that dies between two statements fails the next one; without a listener it would end the process.
  client.on('error', () => {});
  // What came of a statement that was given up is still to be read: nobody else may use the connection.
  let silent = false;
  return Object.assign(Object.create(client), {
    query: (text: string, values: readonly unknown[]) => {
      if (!TRANSACTION_CONTROL.test(text)) onStatement();
      const name = names.get(text);
      const result = client.query({ text, values: [...values], ...(name === undefined ? {} : { name }) });
      result.catch((error: unknown) => {
        silent ||= messageOf(error) === SILENCE;
      });
      return result;
    },
    release: (error?: boolean) => client.release(error === true || silent),
  });
}
