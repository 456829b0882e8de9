import { DONE, type Verdict } from '@parley/platform/bus';
import { bisect } from '@parley/platform/db';
import { createBatcher, messageOf, type Logger, type Metrics } from '@parley/platform/runtime';

/** Applies facts of one kind from wherever they come. */
export interface FactApplier<Fact> {
  /**
   * Applies the facts of one committed batch; resolves after the commit, with a rejection when one of them cannot be
   * stored, and then only that one is not. Rejects with `Unavailable`.
   */
  apply(facts: readonly Fact[]): Promise<Verdict>;
  /** The latest `received_at` of anything applied since the start; null when nothing was. */
  latest(): string | null;
}

export interface ApplierOptions<Fact> {
  /** What the facts tell of, in the plural. */
  name: string;
  /** How long a lone batch waits for company, ms. */
  waitMs: number;
  idOf(fact: Fact): string;
  /** Applies facts in one transaction. Safe to repeat, in any order. */
  store(facts: readonly Fact[]): Promise<void>;
  metrics: Metrics;
  logger: Logger;
}

const MAX_FACTS = 1_000;
const MAX_QUEUED = 1_000;

/**
 * Makes the applier. Batches are gathered into one transaction. A fact that cannot be stored is logged and makes its own
 * batch rejected; all others are applied, those of that batch too.
 */
export function factApplier<Fact extends { received_at: string }>(
  options: ApplierOptions<Fact>,
): FactApplier<Fact> {
  const { name, waitMs, idOf, metrics, logger } = options;
  let latest: string | null = null;
  const batcher = createBatcher<readonly Fact[], Verdict>({
    name,
    maxItems: MAX_FACTS,
    weight: { of: (facts) => facts.length, max: MAX_FACTS },
    waitMs,
    maxQueued: MAX_QUEUED,
    metrics,
    flush,
  });

  async function flush(batches: readonly (readonly Fact[])[]): Promise<Verdict[]> {
    const refused = new Map<string, string>();
    await bisect(batches.flat(), store, (fact, error) => {
      logger.error({ id: idOf(fact), err: error }, `${name}: one cannot be stored`);
      refused.set(idOf(fact), messageOf(error));
    });
    return batches.map((facts) => verdictOn(facts.map(idOf), refused));
  }

  async function store(facts: readonly Fact[]): Promise<void[]> {
    await options.store(facts);
    for (const { received_at } of facts) if (latest === null || received_at > latest) latest = received_at;
    return [];
  }

  return { apply: (facts) => batcher.add(facts), latest: () => latest };
}

function verdictOn(ids: readonly string[], refused: ReadonlyMap<string, string>): Verdict {
  const bad = ids.find((id) => refused.has(id));
  if (bad === undefined) return DONE;
  return { verdict: 'reject', reason: `${bad} cannot be stored: ${refused.get(bad)}` };
}
