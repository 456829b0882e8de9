import { messageOf, Unavailable } from '../runtime/unavailable.ts';

/** The SQLSTATE of what a statement threw; null when it came from elsewhere. */
export function sqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  return typeof error.code === 'string' && /^[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
}

/** Deadlock or serialization failure: the same transaction may succeed at once. */
export function isRetryable(error: unknown): boolean {
  const state = sqlState(error);
  return state === '40P01' || state === '40001';
}

/**
 * A row that PostgreSQL refuses whatever we do: bad data (22), a violated constraint (23), or more than it can
 * handle (54), for instance a text too long for its index.
 */
export function isDataError(error: unknown): boolean {
  return /^(2[23]|54)/.test(sqlState(error) ?? '');
}

const DRIVER_FAILURE = /terminat|timeout|ECONN|EPIPE|closed|ENOTFOUND|not queryable|ended/i;
/** Connection exceptions, out of resources, shutdown and recovery, statement time-out. */
const SERVER_FAILURE = /^(08|53|57)/;

/**
 * What was thrown, as `Unavailable` when the database itself is the trouble, so that callers retry or answer
 * 503; anything else comes back unchanged.
 */
export function asUnavailable(error: unknown): unknown {
  const state = sqlState(error);
  const down = state === null ? DRIVER_FAILURE.test(messageOf(error)) : SERVER_FAILURE.test(state);
  return down
    ? new Unavailable(`the database is not available: ${messageOf(error)}`, { cause: error })
    : error;
}
