import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { delay, fullJitter } from '../runtime/backoff.ts';
import type { Requester } from './request.ts';
import { isPassing } from './verdict.ts';

export interface ReplayOptions<Row> {
  /** Asks the owner for a page. */
  ask: Requester<ExportItem, ExportPage<Row>>;
  /** Applies the rows of one page; safe to repeat. */
  apply(rows: readonly Row[]): Promise<unknown>;
  /** Rows changed at this instant or later. */
  since: string;
  signal: AbortSignal;
}

const PAGE_ROWS = 1_000;
const MAX_TRIES = 5;
const RETRY = { baseMs: 100, capMs: 2_000 };

/**
 * Applies everything that an owner knows of since an instant, page by page. Throws when the owner or what applies
 * the rows stays away, or the signal is aborted; to repeat it, from wherever it got to, changes nothing.
 */
export async function replayPages<Row>({ ask, apply, since, signal }: ReplayOptions<Row>): Promise<void> {
  let after: ExportItem['after'] = null;
  do {
    const item: ExportItem = { since, after, limit: PAGE_ROWS };
    const page: ExportPage<Row> = await patiently(() => ask(item), signal);
    if (page.rows.length > 0) await patiently(() => apply(page.rows), signal);
    after = page.next;
  } while (after !== null);
}

/** An owner that restarts meanwhile must not send a long replay back to its beginning. */
async function patiently<Result>(attempt: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    signal.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!isPassing(error) || tries === MAX_TRIES) throw error;
      await delay(fullJitter(tries, RETRY), signal);
    }
  }
}
