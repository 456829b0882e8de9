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

/** Earlier ones no store can hold; those after the year 9999 have a longer form. */
const FIRST_INSTANT = '0001-01-01T00:00:00.000Z';

const rfc3339 = z.iso.datetime({ offset: true });

/** A time as clients write it (RFC 3339, any offset, `T` and `Z` also small), read as an instant of the years 1 to 9999. */
export const time = z
  .string()
  .meta({ format: 'date-time' })
  .transform((value, context) => {
    const given = rfc3339.safeParse(value.toUpperCase()).data;
    const read = given === undefined ? null : new Date(given).toISOString();
    if (read?.length === FIRST_INSTANT.length && read >= FIRST_INSTANT) return read;
    const message =
      read === null
        ? 'is not a time as RFC 3339 has it, like 2026-01-15T10:00:00Z'
        : 'is not a time of the years 1 to 9999';
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });

/** The number of Unicode code points in a text, which is what people count as characters. */
export function codePoints(value: string): number {
  let count = 0;
  for (const _ of value) count += 1;
  return count;
}

/** Words as near to these as can be stored: for what is told, not for what has to come back unchanged. */
export function storable(words: string): string {
  return words.replaceAll('\u0000', '\uFFFD').toWellFormed();
}
