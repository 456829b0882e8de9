import { exportDispatcherMessages, exportIngestMessages } from '@parley/contracts/requests/export';
import { requester, type Bus } from '@parley/platform/bus';
import type { Kysely } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { compareMessages } from './compare-messages.ts';
import { describeDifference } from './decide.ts';
import { compareConversations, compareStatistics, type Found } from './store.ts';

export interface VerifyOptions {
  db: Kysely<ReportingTables>;
  bus: Bus;
  signal: AbortSignal;
  /** Hears what is being done, now and then. */
  say(line: string): void;
  /** How often what differs is looked at again, twice a second. Default 10. */
  rounds?: number;
}

/** Differences of each kind that are told; all are counted. */
const TOLD = 20;

/**
 * Compares the projections with the owners: messages field by field, conversations and statistics with what the messages
 * add up to. Returns a line for each difference, at most 20 of each kind, and a last one that says how many there are;
 * none when all is as it should be. May run while everything is in use.
 */
export async function verify({ db, bus, signal, say, rounds }: VerifyOptions): Promise<string[]> {
  const owners = [exportDispatcherMessages, exportIngestMessages].map((contract) =>
    requester(bus, contract, { waitMs: 0, maxQueued: 1 }),
  );
  const onProgress = (compared: number, doubted: number): void =>
    say(`${compared} messages compared${doubted === 0 ? '' : `, ${doubted} to be looked at again`}`);
  const messages = await compareMessages({ db, owners, signal, onProgress, limit: TOLD, rounds });
  say(`counting the conversations of ${messages.compared} messages`);
  const conversations = await compareConversations(db, TOLD);
  signal.throwIfAborted();
  say(`counting the statistics of ${messages.compared} messages`);
  const statistics = await compareStatistics(db, TOLD);
  return [
    ...tell('messages', messages),
    ...tell('conversations', conversations),
    ...tell('statistics', statistics),
  ];
}

function tell(what: string, { count, first }: Found): string[] {
  if (count === 0) return [];
  return [...first.map(describeDifference), `${count} differences in ${what}`];
}
