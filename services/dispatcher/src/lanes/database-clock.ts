/** When a reading was asked for and when it was there, local monotonic ms, and what the database's clock said, epoch ms. */
export interface Reading {
  asked: number;
  answered: number;
  database: number;
}

/** What time it is in the database, as far as can be told from here. */
export interface DatabaseClock {
  read(reading: Reading): void;
  /** From when on, in local time, the database's clock surely shows an instant. */
  surelyAt(database: number): number;
  /** Until when, in local time, the database's clock surely does not show an instant. */
  surelyBefore(database: number): number;
}

/** How far two clocks may drift apart in 1 ms, ms. */
const DRIFT = 0.000_2;

/**
 * Makes a clock that knows nothing before its first reading. Each reading says only that the database looked at its clock
 * between question and answer; together they tell the difference of the clocks as exactly as the quickest of them. A
 * reading that contradicts the earlier ones tells that a clock was set: it starts anew.
 */
export function createDatabaseClock(): DatabaseClock {
  let least = -Infinity;
  let most = Infinity;
  let since = 0;
  return {
    read: ({ asked, answered, database }) => {
      const drift = Math.max(0, answered - since) * DRIFT;
      since = answered;
      const [low, high] = [database - answered, database - asked];
      least = Math.max(least - drift, low);
      most = Math.min(most + drift, high);
      if (least > most) [least, most] = [low, high];
    },
    surelyAt: (database) => database - least,
    surelyBefore: (database) => database - most,
  };
}
