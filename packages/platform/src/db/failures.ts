import { isNativeError } from 'node:util/types';
import { messageOf, Unavailable } from '../runtime/unavailable.ts';

/** The SQLSTATE of what a statement threw; null when it came from elsewhere. */
export function sqlState(error: unknown): string | null {
  if (typeof error !== 'object' || error === null || !('code' in error)) return null;
  // The operating system's codes begin with E (EPIPE), PostgreSQL's never.
  return typeof error.code === 'string' && /^(?!E)[0-9A-Z]{5}$/.test(error.code) ? error.code : null;
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

/** The unique constraint or index that a row would have broken; null when something else is the trouble. */
export function brokenUnique(error: unknown): string | null {
  if (sqlState(error) !== '23505' || !isNativeError(error) || !('constraint' in error)) return null;
  return typeof error.constraint === 'string' ? error.constraint : null;
}

/** Connection exceptions, out of resources, shutdown and recovery, time-out of a statement or between two. */
const SERVER_FAILURE = /^(08|53|57|25P03)/;
const NETWORK_FAILURES = new Set([
  'EAI_AGAIN',
  'ECONNABORTED',
  'ECONNREFUSED',
  'ECONNRESET',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
]);
/** The driver tells its own failures apart by nothing but their words. */
const DRIVER_FAILURE =
  /^(Connection terminated|Client (has encountered a connection error|was closed)|Cannot use a pool after|timeout e|Query read timeout)/;

/**
 * What was thrown, as `Unavailable` when the database itself is the trouble, so that callers retry or answer
 * 503; anything else comes back unchanged. A deadlock or serialization failure that no caller has tried again
 * with success is such trouble too: it passes.
 */
export function asUnavailable(error: unknown): unknown {
  if (!isDown(error)) return error;
  return new Unavailable(`the database is not available: ${messageOf(error)}`, { cause: error });
}

/** Settles as a statement outside a transaction does; rejects with `Unavailable` when the database is away. */
export async function available<Result>(statement: Promise<Result>): Promise<Result> {
  try {
    return await statement;
  } catch (error) {
    throw asUnavailable(error);
  }
}

function isDown(error: unknown): boolean {
  const state = sqlState(error);
  if (state !== null) return SERVER_FAILURE.test(state) || isRetryable(error);
  if (!isNativeError(error)) return false;
  if ('code' in error && typeof error.code === 'string') return NETWORK_FAILURES.has(error.code);
  // Errors with a name of their own come from elsewhere.
  return error.name === 'Error' && DRIVER_FAILURE.test(error.message);
}
