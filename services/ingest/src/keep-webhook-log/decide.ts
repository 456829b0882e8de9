/** What is to be done with the days of the webhook log. */
export interface DaysToDo {
  /** To be made, as `2026-01-15`. */
  missing: string[];
  /** To be dropped. */
  expired: string[];
  /** An instant before which nothing is kept. */
  keptFrom: string;
}

const DAY_MS = 24 * 3_600_000;
/** Long enough to find out that no days are made any more before one is missing. */
const DAYS_AHEAD = 7;

/** Compares the days that there are with those that there should be at `now` (ms) when `keptDays` are kept. */
export function daysToDo(existing: readonly string[], now: number, keptDays: number): DaysToDo {
  const wanted = Array.from({ length: DAYS_AHEAD + 1 }, (_, ahead) => dayOf(now + ahead * DAY_MS));
  const keptFrom = dayOf(now - keptDays * DAY_MS);
  return {
    missing: wanted.filter((day) => !existing.includes(day)),
    expired: existing.filter((day) => day < keptFrom),
    keptFrom: `${keptFrom}T00:00:00.000Z`,
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
