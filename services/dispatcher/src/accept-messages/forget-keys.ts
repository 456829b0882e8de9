import type { Logger, Part } from '@parley/platform/runtime';
import type { Database } from '../database.ts';
import { repeat } from '@parley/platform/runtime';
import { forgetKeys } from './store.ts';

const INTERVAL_MS = 60_000;
const MAX_KEYS = 1_000;

/** Forgets idempotency keys whose time is over. They count as free from that time on, forgotten or not. */
export function keyForgetter(db: Database, logger: Logger): Part {
  return repeat({
    name: 'forget idempotency keys',
    intervalMs: INTERVAL_MS,
    logger,
    run: async () => (await forgetKeys(db, MAX_KEYS)) === MAX_KEYS,
  });
}
