import type { Directory } from '@parley/platform/directory';
import type { Arrival } from './take.ts';

/**
 * Files what came through shared connections: a message belongs to the account on whose list of senders its recipient is,
 * and to the connection's own where there is none. One lookup for all, and none where nothing is shared.
 */
export async function fileByRecipient(
  arrivals: readonly Arrival[],
  directory: Pick<Directory, 'senderAccounts'>,
): Promise<readonly Arrival[]> {
  const addresses = new Set(arrivals.flatMap((arrival) => recipientOf(arrival) ?? []));
  if (addresses.size === 0) return arrivals;
  const wanted = [...addresses];
  const accounts = await directory.senderAccounts(wanted);
  const owners = new Map(wanted.map((address, index) => [address, accounts[index] ?? null]));
  return arrivals.map((arrival) => {
    const { reading } = arrival;
    const account_id = owners.get(recipientOf(arrival) ?? '') ?? null;
    if (account_id === null || reading.outcome !== 'received') return arrival;
    return { ...arrival, reading: { ...reading, account_id } };
  });
}

/** Whom a message was sent to that came through a shared connection; null for anything else. */
function recipientOf({ connection, reading }: Arrival): string | null {
  if (connection === null || !connection.is_shared || reading.outcome !== 'received') return null;
  return reading.event.kind === 'message' ? reading.event.to : null;
}
