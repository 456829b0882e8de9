import { parseFields } from '@parley/contracts/http/field-errors';
import { z } from 'zod';
import type { Call } from '../calls/call-log.ts';
import type { Counts } from '../calls/ledger.ts';
import type { Route } from '../http/door.ts';
import { readQuery } from '../http/query.ts';
import { problem, type Reply } from '../http/reply.ts';
import type { World } from '../setup/world.ts';
import { knownConnection } from './known-connection.ts';

/** Entries in an answer when nothing is said, and at most. */
const USUAL_ENTRIES = 10_000;
const MAX_ENTRIES = 1_000_000;

/**
 * `GET /control/ledger?to=&from=&connection=&limit=`: what providers were asked and what they took; without a filter
 * counts only. `limit`: most entries, the latest
 * ones, oldest first.
 */
export function getLedger({ connections, ledger }: World): Route {
  const filter = z.strictObject({
    to: z.string().optional(),
    from: z.string().optional(),
    connection: knownConnection(connections).optional(),
    limit: z.coerce.number().int().min(0).max(MAX_ENTRIES).default(USUAL_ENTRIES),
  });
  return (_, query) => {
    const parsed = parseFields(filter, readQuery(query));
    if (!parsed.ok) return problem('validation_failed', 'see errors', parsed.errors);
    const { to = null, from = null, connection, limit } = parsed.value;
    if (to === null && from === null && connection === undefined)
      return { status: 200, body: ledger.counts() };
    return summary(ledger.calls({ to, from, connection: connection?.id ?? null }), limit);
  };
}

function summary(selected: Iterable<Call>, limit: number): Reply {
  const [counts, entries]: [Counts, Call[]] = [{ calls: 0, accepted: 0, sent: 0 }, []];
  for (const call of selected) {
    counts.calls += 1;
    counts.accepted += call.accepted ? 1 : 0;
    counts.sent += call.sent ? 1 : 0;
    if (entries.length < limit) entries.push(call);
  }
  return { status: 200, body: { ...counts, entries: entries.reverse().map(toEntry) } };
}

function toEntry({ at, connection, idempotency_key, status, from, to, list_unsubscribe, sent }: Call) {
  return {
    at: new Date(at).toISOString(),
    connection,
    idempotency_key,
    status,
    from,
    to,
    list_unsubscribe,
    sent,
  };
}
