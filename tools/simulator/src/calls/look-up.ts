import type { Route } from '../http/door.ts';
import { readQuery } from '../http/query.ts';
import type { Connection } from '../setup/connection.ts';
import type { World } from '../setup/world.ts';

/** `GET /<connection>/messages?client_reference=`: every message that a provider took with this idempotency key. */
export function lookUp({ id }: Connection, { ledger, chaos }: World): Route {
  return (_, query) => {
    if (chaos.setting.down.includes(id)) return { status: 503, body: { code: 'simulated_503' } };
    const { client_reference } = readQuery(query);
    if (client_reference === undefined)
      return { status: 400, body: { code: 'invalid_request', detail: 'name a client_reference' } };
    const data = ledger
      .references(id, client_reference)
      .map((reference) => ({ id: reference, client_reference }));
    return { status: 200, body: { data } };
  };
}
