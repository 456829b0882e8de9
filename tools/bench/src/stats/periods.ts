/** A sort of question to the statistics: parameters of `GET /v1/stats`. */
export interface Asked {
  name: string;
  parameters: Readonly<Record<string, string>>;
}

/** How far back the periods go. */
export const DAYS = 730;

const DAY_MS = 24 * 3_600_000;

/** All time, years and shorter periods, most of which begin and end within months, days and hours. */
export function periods(now: number): Asked[] {
  const between = (since: number, until: number) => ({ since: instant(since), until: instant(until) });
  const within = middleOfMonth(now - 90 * DAY_MS);
  const wholeDays = middleOfMonth(now - 60 * DAY_MS);
  const uneven = 7 * 3_600_000 + 20 * 60_000;
  return [
    { name: 'all time', parameters: {} },
    { name: 'all time, inbound only', parameters: { direction: 'inbound' } },
    { name: 'the last 365 days', parameters: { days: '365' } },
    { name: 'a year, to the middle of a month', parameters: between(wholeDays - 365 * DAY_MS, wholeDays) },
    {
      name: 'a year, parts of hours at both ends',
      parameters: between(within + uneven - 365 * DAY_MS, within + uneven),
    },
    { name: 'half a year', parameters: between(within + uneven - 183 * DAY_MS, within + uneven) },
    { name: 'the last 30 days', parameters: { days: '30' } },
    { name: 'the last 7 days', parameters: { days: '7' } },
    { name: 'the last day', parameters: { days: '1' } },
  ];
}

/** Midnight of the fifteenth of the month in which the instant is. */
function middleOfMonth(at: number): number {
  return new Date(at).setUTCHours(0, 0, 0, 0) + (15 - new Date(at).getUTCDate()) * DAY_MS;
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
