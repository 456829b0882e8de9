import type { ExportItem, ExportPage } from '@parley/contracts/requests/export';
import { replayPages, type Requester } from '@parley/platform/bus';
import type { Logger } from '@parley/platform/runtime';
import type { FactApplier } from './applier.ts';

export interface ReplayContext<Fact> {
  ask: Requester<ExportItem, ExportPage<Fact>>;
  applier: Pick<FactApplier<Fact>, 'apply'>;
  logger: Pick<Logger, 'error'>;
}

/**
 * Makes the function that applies every fact of a kind that its owner knows of since an instant, page by page. A fact
 * that is refused is logged and passed over: its owner keeps it. Throws when the owner or the database stays away or
 * the signal is aborted; to repeat it changes nothing.
 */
export function factReplay<Fact>({
  ask,
  applier,
  logger,
}: ReplayContext<Fact>): (since: string, signal: AbortSignal) => Promise<void> {
  /** A verdict is on all facts handed in together, so those that were refused are halved down to the bad ones. */
  async function apply(rows: readonly Fact[]): Promise<void> {
    const result = await applier.apply(rows);
    if (result.verdict === 'done') return;
    if (rows.length === 1) return logger.error({ reason: result.reason }, 'a replayed fact was refused');
    const middle = Math.ceil(rows.length / 2);
    await apply(rows.slice(0, middle));
    await apply(rows.slice(middle));
  }

  return (since, signal) => replayPages({ ask, apply, since, signal });
}
