import { z } from 'zod';

/**
 * Text that survives storage unchanged: any Unicode but NUL, which PostgreSQL cannot keep, and lone surrogates,
 * which UTF-8 cannot carry.
 */
export const text = z
  .string()
  .refine(
    (value) => !value.includes('\u0000') && value.isWellFormed(),
    'contains a character that cannot be stored',
  );

/** An instant as every contract writes it: `2026-01-15T10:00:00.000Z`, milliseconds, UTC. */
export const instant = z.iso.datetime({ precision: 3 });

/** The number of Unicode code points in a text, which is what people count as characters. */
export function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}
