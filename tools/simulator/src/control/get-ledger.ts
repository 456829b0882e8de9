import { parseFields } from '@parley/contracts/http/field-errors';
import { z } from 'zod';
import type { Call } from '../calls/call-log.ts';
import { problem, type Reply } from '../http/reply.ts';
import type { World } from '../setup/world.ts';
import { knownConnection } from './known-connection.ts';
import { readQuery } from './query.ts';
import type { Route } from './route.ts';

/** Most entries in one answer, the latest ones. */
const MAX_ENTRIES = 10_000;

/** `GET /control/ledger?to=&connection=`: what providers were asked and what they took; without a filter counts only. */
export function getLedger({ connections, ledger }: World): Route {
  const filter = z.strictObject({
    to: z.string().optional(),
    connection: knownConnection(connections).optional(),
  });
  return (_, query) => {
    const parsed = parseFields(filter, readQuery(query));
    if (!parsed.ok) return problem('validation_failed', 'see errors', parsed.errors);
    const { to, connection } = parsed.value;
    if (to === undefined && connection === undefined) return { status: 200, body: ledger.counts() };
    return summary(ledger.calls(to ?? null, connection?.id ?? null));
  };
}

function summary(selected: Iterable<Call>): Reply {
  let [calls, accepted] = [0, 0];
  const latest: Call[] = [];
  for (const call of selected) {
    latest[calls % MAX_ENTRIES] = call;
    calls += 1;
    accepted += call.accepted ? 1 : 0;
  }
  const oldest = calls > MAX_ENTRIES ? calls % MAX_ENTRIES : 0;
  const entries = [...latest.slice(oldest), ...latest.slice(0, oldest)].map(toEntry);
  return { status: 200, body: { calls, accepted, entries } };
}

function toEntry({ at, connection, idempotency_key, status, from, to }: Call) {
  return { at: new Date(at).toISOString(), connection, idempotency_key, status, from, to };
}
