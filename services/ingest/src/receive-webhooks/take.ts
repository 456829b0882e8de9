import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import { bisect, inTransaction } from '@parley/platform/db';
import type { Directory, KnownConnection } from '@parley/platform/directory';
import type { Outbox } from '@parley/platform/outbox';
import type { Metrics } from '@parley/platform/runtime';
import type { Kysely, Transaction } from 'kysely';
import type { IngestTables } from '../database.ts';
import { commit } from './commit.ts';
import { countStored } from './count-stored.ts';
import { decide, lookupsOf, type Brought, type Entry } from './decide.ts';
import { fileByRecipient } from './file-by-recipient.ts';
import { refuse, type Reading } from './read-webhook.ts';

export interface TakerOptions {
  db: Kysely<IngestTables>;
  directory: Pick<Directory, 'connection' | 'users' | 'senderAccounts'>;
  outbox: Pick<Outbox, 'publishNow'>;
  metrics: Metrics;
}

/** A webhook that has been read. */
export interface Arrival {
  item: WebhookItem;
  /** Null when there is none of the item's id that can verify anything. */
  connection: KnownConnection | null;
  reading: Reading;
  /** Whether a line is written of it. */
  isLogged: boolean;
}

/** A webhook and what is answered. */
export interface Answered {
  arrival: Arrival;
  /** What it brings, new or not; null for one that brings nothing. */
  entry: Entry | null;
  reply: WebhookReply;
}

/** Writes lines of webhooks in the transaction that stores what they bring. */
export type WriteLog = (trx: Transaction<IngestTables>, answered: readonly Answered[]) => Promise<void>;

/** Stores what is new of what was read, writes the log, publishes, and answers each after the commit. */
export type TakeWebhooks = (arrivals: readonly Arrival[], log: WriteLog) => Promise<WebhookReply[]>;

interface Unit {
  arrival: Arrival;
  brought: Brought | null;
}

const UNSTORABLE = refuse('validation_failed', 'the webhook says something that cannot be stored');

/** Makes the function that takes webhooks: one transaction a batch, and a row that is refused is refused alone. */
export function webhookTaker({ db, directory, outbox, metrics }: TakerOptions): TakeWebhooks {
  const count = countStored(metrics);

  return async (arrivals, log) => {
    const unstorable = new Set<string>();

    async function store(units: readonly Unit[]): Promise<WebhookReply[]> {
      const entries = units.flatMap(({ brought }) =>
        brought === null || brought.isRepeat ? [] : [brought.entry],
      );
      if (entries.length === 0 && !units.some(({ arrival }) => arrival.isLogged))
        return units.map((unit) => replyTo(unit, NOTHING, unstorable));
      let answered: Answered[] = [];
      const committed = await commit(db, entries, async (trx, stored) => {
        answered = units.map((unit) => answeredWith(unit, replyTo(unit, stored, unstorable)));
        await log(
          trx,
          answered.filter(({ arrival }) => arrival.isLogged),
        );
      });
      outbox.publishNow(committed.rows);
      count(committed);
      return answered.map(({ reply }) => reply);
    }

    const refused: Unit[] = [];
    const replies = await bisect(
      await unitsOf(await fileByRecipient(arrivals, directory), directory),
      store,
      (unit) => {
        if (unit.brought === null) return replyTo(unit, NOTHING, unstorable);
        unstorable.add(unit.brought.entry.key);
        refused.push(unit);
        return UNSTORABLE;
      },
    );
    const lines = refused.filter(({ arrival }) => arrival.isLogged);
    const logAlone = (units: readonly Unit[]) =>
      inTransaction(db, async (trx) => {
        await log(
          trx,
          units.map(({ arrival }) => ({ arrival, entry: null, reply: UNSTORABLE })),
        );
        return [];
      });
    if (lines.length > 0) await bisect(lines, logAlone, () => null);
    return replies;
  };
}

const NOTHING: ReadonlySet<Entry> = new Set();

/** Each webhook with what it brings. */
async function unitsOf(arrivals: readonly Arrival[], directory: Pick<Directory, 'users'>): Promise<Unit[]> {
  const received = arrivals.flatMap(({ reading }) => (reading.outcome === 'received' ? [reading] : []));
  const lookups = lookupsOf(received);
  const users = lookups.length === 0 ? [] : await directory.users(lookups);
  const brought = decide(received, users).values();
  return arrivals.map((arrival) => ({
    arrival,
    brought: arrival.reading.outcome === 'received' ? (brought.next().value ?? null) : null,
  }));
}

function answeredWith({ arrival, brought }: Unit, reply: WebhookReply): Answered {
  return { arrival, entry: brought?.entry ?? null, reply };
}

/** What is answered once `stored` is. Of what came twice in a batch the second one is a duplicate of the first. */
function replyTo(
  { arrival, brought }: Unit,
  stored: ReadonlySet<Entry>,
  unstorable: ReadonlySet<string>,
): WebhookReply {
  const { reading } = arrival;
  if (reading.outcome === 'refused') return reading;
  if (brought === null) return { outcome: 'accepted' };
  if (unstorable.has(brought.entry.key)) return UNSTORABLE;
  return { outcome: stored.has(brought.entry) ? 'accepted' : 'duplicate' };
}
