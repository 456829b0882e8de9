import { parseMessageId } from '@parley/contracts/ids';
import { readJson } from '@parley/trial/read-json';
import { z } from 'zod';
import type { ProviderCall } from './ledgers.ts';

/** The connections that SMS may go through. */
export const SMS_CONNECTIONS = ['sms', 'sms-2'] as const;

const entry = z.object({
  at: z.iso.datetime(),
  idempotency_key: z.string().nullable(),
  status: z.int().nullable(),
  sent: z.boolean(),
});
type Entry = z.infer<typeof entry>;
const ledger = z.object({ calls: z.int(), entries: z.array(entry) });

/** How many calls each connection has got, in the order of SMS_CONNECTIONS. */
export type CallCounts = readonly number[];

/** Counts the calls that the simulator has got so far. */
export function countCalls(simulatorUrl: string): Promise<CallCounts> {
  return Promise.all(
    SMS_CONNECTIONS.map(
      async (connection) => (await readLedger(simulatorUrl, { connection, limit: '0' })).calls,
    ),
  );
}

/** The calls that the simulator has got since they were counted. */
export async function readCalls(simulatorUrl: string, before: CallCounts): Promise<ProviderCall[]> {
  const now = await countCalls(simulatorUrl);
  const read = SMS_CONNECTIONS.map(async (connection, at) => {
    const limit = String((now[at] ?? 0) - (before[at] ?? 0));
    return (await readLedger(simulatorUrl, { connection, limit })).entries;
  });
  return (await Promise.all(read)).flat().map(toCall);
}

/** The calls that the simulator has got from a sender, in their order. */
export async function readCallsFrom(simulatorUrl: string, from: string): Promise<ProviderCall[]> {
  return (await readLedger(simulatorUrl, { from, limit: '1000000' })).entries.map(toCall);
}

function readLedger(simulatorUrl: string, query: Record<string, string>) {
  return readJson(`${simulatorUrl}/control/ledger?${new URLSearchParams(query).toString()}`, ledger);
}

function toCall({ at, idempotency_key, status, sent }: Entry): ProviderCall {
  return { at: Date.parse(at), message: messageOf(idempotency_key), status, sent };
}

/** The key of a call is the message's id, in later rounds with the round behind it. */
function messageOf(key: string | null): string | null {
  return key === null ? null : parseMessageId(key.replace(/(?<=-[0-9a-f]{12})-\d+$/, ''));
}
