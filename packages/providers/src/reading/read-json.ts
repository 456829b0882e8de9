import type { Parsed } from '@parley/contracts/http/field-errors';

const MAX_DEPTH = 32;

/**
 * The JSON value in a body, null when the bytes are not JSON in UTF-8. Its nesting is not limited yet: ask
 * `checkDepth` before walking through it.
 */
export function readJson(body: Buffer): { value: unknown } | null {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
    return { value };
  } catch {
    return null;
  }
}

/** Passes a value whose objects and arrays are nested at most 32 deep. */
export function checkDepth(value: unknown): Parsed<unknown> {
  return isDeeperThan(MAX_DEPTH, value)
    ? { ok: false, errors: [{ pointer: '#', detail: `is nested deeper than ${MAX_DEPTH} levels` }] }
    : { ok: true, value };
}

function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return levels === 0 || Object.values(value).some((child) => isDeeperThan(levels - 1, child));
}
