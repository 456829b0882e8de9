import type { ConnectionId } from '@parley/contracts/ids';
import { background, delay, type Logger, type Part } from '@parley/platform/runtime';
import { openConnection, SealedAway, sealConnection, type Keyring } from '@parley/platform/secrets';
import type { Kysely } from 'kysely';
import type { Tables } from '../database.ts';
import { replaceSecrets, selectSecrets, type StoredSecrets } from './store.ts';

interface Options {
  db: Kysely<Tables>;
  keyring: Keyring;
  logger: Pick<Logger, 'info' | 'warn' | 'error'>;
}

const PAGE = 500;
const RETRY_MS = 1_000;

/**
 * Seals, once at the start, every connection's secrets that are not sealed with the newest key: so a new key comes into
 * use, and so does the first one. What cannot be opened stays as it is and is told once.
 */
export function secretsSealer(options: Options): Part {
  return background('seal secrets', async (stopping) => {
    for (;;) {
      try {
        return await sealAll(options);
      } catch (error) {
        options.logger.warn({ err: error }, 'the secrets of connections are sealed later');
      }
      await delay(RETRY_MS, stopping);
      if (stopping.aborted) return;
    }
  });
}

async function sealAll({ db, keyring, logger }: Options): Promise<void> {
  const lost: string[] = [];
  let reason = '';
  let sealed = 0;
  for (let after: ConnectionId | null = null; ;) {
    const page = await selectSecrets(db, after, PAGE);
    for (const stored of page) {
      try {
        if (await sealOne(db, keyring, stored)) sealed += 1;
      } catch (error) {
        if (!(error instanceof SealedAway)) throw error;
        lost.push(stored.id);
        reason = error.message;
      }
    }
    if (page.length < PAGE) break;
    after = page.at(-1)?.id ?? after;
  }
  if (sealed > 0)
    logger.info({ connections: sealed }, 'secrets of connections were sealed with the newest key');
  if (lost.length > 0)
    logger.error(
      { connections: lost.slice(0, 20), count: lost.length, reason },
      'secrets of connections cannot be opened: give SECRETS_KEY the key back, or these connections new secrets',
    );
}

/** Returns whether there was anything to do. */
async function sealOne(db: Kysely<Tables>, keyring: Keyring, stored: StoredSecrets): Promise<boolean> {
  const { id, token, secrets } = stored;
  const opened = openConnection(keyring, id, stored);
  if ((token === null || keyring.isCurrent(token)) && secrets.every(keyring.isCurrent)) return false;
  await replaceSecrets(db, stored, sealConnection(keyring, id, opened));
  return true;
}
