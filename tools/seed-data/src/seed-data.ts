import type { Message } from '@parley/contracts/message';
import { StartError } from '@parley/launcher/start-error';
import { createDatabase } from '@parley/platform/db';
import type { Progress } from '@parley/trial/progress';
import { setTimeout as delay } from 'node:timers/promises';
import { makeMessage } from './make-message.ts';
import type { SeedOptions } from './options.ts';
import { progressBar } from './progress-bar.ts';
import { areListed, isAccount, storeReceived, storeSent } from './store.ts';

const BATCH = 2_000;
/** So many batches may be written that reporting does not list yet: the bus must not overflow. */
const AHEAD = 10;
const LOOK_MS = 50;
/** How long reporting may list nothing more, ms: longer than it takes to be started again. */
const PATIENCE_MS = 120_000;
const DAY_MS = 24 * 3_600_000;

export interface SeedContext {
  postgresUrl: string;
  progress: Progress;
  signal: AbortSignal;
  patienceMs?: number;
}

/**
 * Makes messages until there are as many as asked for and all are listed; returns how many there are then. Throws a
 * StartError when there is no such account, and when reporting lists nothing more.
 */
export async function seedData(
  { messages, account_id, days }: Omit<SeedOptions, 'data'>,
  { postgresUrl, progress, signal, patienceMs = PATIENCE_MS }: SeedContext,
): Promise<number> {
  const open = (schema: string) =>
    createDatabase<Record<never, never>>({ url: postgresUrl, schema, maxConnections: 1, patient: true });
  const [gateway, dispatcher, ingest, reporting] = ['gateway', 'dispatcher', 'ingest', 'reporting'].map(open);
  if (!gateway || !dispatcher || !ingest || !reporting) throw new Error('a schema is missing');
  let done = 0;
  const begun = performance.now();
  const bar = () => progressBar(done, messages, performance.now() - begun);
  const pending: Message[][] = [];
  const untilListed = async (most: number): Promise<void> => {
    let listedAt = performance.now();
    for (let oldest = pending[0]; oldest !== undefined && pending.length > most; oldest = pending[0])
      if (await areListed(reporting, oldest)) {
        pending.shift();
        listedAt = performance.now();
      } else if (performance.now() - listedAt > patienceMs) throw notListed(done, patienceMs);
      else await delay(LOOK_MS, undefined, { signal });
  };
  try {
    if (!(await isAccount(gateway, account_id)))
      throw new StartError('bad_usage', `There is no account ${account_id}; make it first.`);
    await progress.live(bar, async () => {
      while (done < messages && !signal.aborted) {
        const now = Date.now();
        const batch = Array.from({ length: Math.min(BATCH, messages - done) }, () =>
          makeMessage(Math.random, { account_id, at: now - Math.floor(Math.random() * days * DAY_MS) }),
        );
        const [sent, received] = [batch.filter(isSent), batch.filter((message) => !isSent(message))];
        await Promise.all([storeSent(dispatcher, sent), storeReceived(ingest, received)]);
        pending.push(batch);
        done += batch.length;
        await untilListed(AHEAD);
      }
      await untilListed(0);
    });
    return done;
  } finally {
    await Promise.all([gateway, dispatcher, ingest, reporting].map((db) => db.destroy()));
  }
}

function notListed(made: number, patienceMs: number): StartError {
  const sentence = `Reporting has listed nothing for ${patienceMs / 1_000} s; is it running? ${made} messages are made and will be listed once it does.`;
  return new StartError('not_ready', sentence);
}

function isSent({ direction }: Message): boolean {
  return direction === 'outbound';
}
