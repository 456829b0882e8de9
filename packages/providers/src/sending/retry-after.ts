const MAX_MS = 3_600_000;
const SECONDS = /^\d+$/;
/** The three forms of an HTTP-date (RFC 9110 5.6.7) begin with the name of a day. */
const HTTP_DATE = /^(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?,? .*\d{2}:\d{2}:\d{2}/;

/**
 * How long an answer's Retry-After asks to wait, in ms: 0 for a date in the past, at most an hour, null when the
 * field is absent or says nothing readable. `now` in epoch ms.
 */
export function retryAfterMs(field: string | string[] | undefined, now: number): number | null {
  const value = (Array.isArray(field) ? field[0] : field)?.trim();
  if (value === undefined) return null;
  if (SECONDS.test(value)) return Math.min(Number(value) * 1_000, MAX_MS);
  if (!HTTP_DATE.test(value)) return null;
  // The asctime form names no zone, and a date of HTTP is always GMT.
  const at = Date.parse(value.endsWith('GMT') ? value : `${value} GMT`);
  return Number.isNaN(at) ? null : Math.min(Math.max(at - now, 0), MAX_MS);
}
