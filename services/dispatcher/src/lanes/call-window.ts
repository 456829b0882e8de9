/** How the latest calls of a connection went. */
export interface CallWindow {
  /** Counts a call; of several to one recipient the latest counts. Returns whether too many have failed. */
  record(recipient: string, failed: boolean): boolean;
  clear(): void;
}

const WINDOW_MS = 10_000;
const MIN_CALLS = 20;
const FAILED_SHARE = 0.5;
/** At full speed these are the calls of less than 10 s. */
const MAX_CALLS = 2_000;

interface Recorded {
  at: number;
  failed: boolean;
}

/**
 * Makes a window of the calls of the last 10 s, 2,000 at most. Half of 20 calls or more must fail: a recipient whom the
 * provider cannot stand is tried again and again, and counts once.
 */
export function createCallWindow(now: () => number = () => performance.now()): CallWindow {
  // In the order of their time: who is called again goes to the end.
  const calls = new Map<string, Recorded>();
  let failures = 0;

  function drop(recipient: string): void {
    if (calls.get(recipient)?.failed === true) failures -= 1;
    calls.delete(recipient);
  }

  function dropOld(before: number): void {
    for (const [recipient, { at }] of calls) {
      if (at >= before && calls.size <= MAX_CALLS) return;
      drop(recipient);
    }
  }

  return {
    record: (recipient, failed) => {
      const at = now();
      drop(recipient);
      calls.set(recipient, { at, failed });
      if (failed) failures += 1;
      dropOld(at - WINDOW_MS);
      return failed && calls.size >= MIN_CALLS && failures >= calls.size * FAILED_SHARE;
    },
    clear: () => {
      calls.clear();
      failures = 0;
    },
  };
}
