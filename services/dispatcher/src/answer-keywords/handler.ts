import type { KeywordReceived } from '@parley/contracts/facts/consent-facts';
import type { AccountId } from '@parley/contracts/ids';
import { inTransaction } from '@parley/platform/db';
import type { AccountDirectory } from '@parley/platform/directory';
import type { Logger, Metrics } from '@parley/platform/runtime';
import { storeAcceptances, tellStored, type CommitOptions, type Stored } from '../accept-messages/commit.ts';
import { placeMessages } from '../accept-messages/place.ts';
import { factApplier, type FactApplier } from '../apply-facts/applier.ts';
import type { Trx } from '../database.ts';
import { addNotes } from '../notes/add-notes.ts';
import { addConsents } from '../record-consent/store.ts';
import { answerTo, noteOnAnswer, type Answer } from './answer.ts';
import { decide, type Decision } from './decide.ts';
import { keepHandled, lockStandings } from './store.ts';

export type KeywordOptions = Omit<CommitOptions, 'firstCalls'> & { metrics: Metrics; logger: Logger };

/** Hardly any: who says STOP must not be written to again. */
const WAIT_MS = 1;

/**
 * Makes the applier of keywords: who says STOP is not written to from the commit on, and is told so once. Safe to
 * repeat, in any order: the ledger goes by when a keyword came in.
 */
export function keywordApplier(options: KeywordOptions): FactApplier<KeywordReceived> {
  const { metrics, logger } = options;
  const count = countHandled(metrics);
  return factApplier({
    name: 'keywords',
    waitMs: WAIT_MS,
    idOf: ({ message_id }) => message_id,
    store: async (keywords) => {
      const accounts = await loadAccounts(keywords, options);
      const { stored, decisions } = await inTransaction(options.db, (trx) =>
        store(trx, keywords, { ...options, accounts }),
      );
      tellStored(stored, options);
      count(decisions);
    },
    metrics,
    logger,
  });
}

/** Answers are few, and go by the bus: what is stored here may be given up, and stored once more. */
const NO_FIRST_CALLS = { reserve: () => null };

type Accounts = ReadonlyMap<AccountId, AccountDirectory>;

async function loadAccounts(
  keywords: readonly KeywordReceived[],
  { directory }: KeywordOptions,
): Promise<Accounts> {
  const ids = [...new Set(keywords.map(({ account_id }) => account_id))];
  const accounts = await Promise.all(ids.map((id) => directory.account(id)));
  return new Map(accounts.flatMap((account) => (account === null ? [] : [[account.id, account] as const])));
}

async function store(
  trx: Trx,
  keywords: readonly KeywordReceived[],
  { accounts, ...options }: KeywordOptions & { accounts: Accounts },
): Promise<{ stored: Stored; decisions: Decision[] }> {
  const settings = new Map([...accounts].map(([id, account]) => [id, account.keywords]));
  const decisions = decide(keywords, {
    settings,
    ...(await lockStandings(trx, keywords)),
    now: Date.now(),
  });
  const answers = answersTo(decisions, accounts);
  const answerOf = new Map(answers.map(({ decision, id }) => [decision, id]));
  // First of all, because storing an answer asks whether it is one.
  await keepHandled(
    trx,
    decisions.map((decision) => ({
      message_id: decision.fact.message_id,
      account_id: decision.fact.account_id,
      address: decision.fact.from,
      effect: decision.effect,
      answer_id: answerOf.get(decision) ?? null,
    })),
  );
  const lines = decisions.flatMap(({ line }) => line ?? []);
  if (lines.length > 0) await addConsents(trx, lines);
  const acceptances = answers.map(({ acceptance }) => acceptance);
  const places = await placeMessages(acceptances, { ...options, firstCalls: NO_FIRST_CALLS });
  const patience = { staleMs: options.queuedStaleMs, leaseMs: 0 };
  const stored = await storeAcceptances(trx, acceptances, { places, patience });
  await addNotes(trx, answers.map(noteOnAnswer));
  return { stored, decisions };
}

function answersTo(decisions: readonly Decision[], accounts: Accounts): Answer[] {
  const now = new Date().toISOString();
  return decisions.flatMap((decision) => {
    const account = accounts.get(decision.fact.account_id);
    return decision.answer && account !== undefined ? [answerTo(decision, account, now)] : [];
  });
}

/** Makes the function that counts what was done about keywords. */
function countHandled(metrics: Metrics): (decisions: readonly Decision[]) => void {
  const handled = metrics.counter('keywords_handled_total', 'Keywords that were acted on', [
    'effect',
    'answered',
  ]);
  return (decisions) => {
    for (const { effect, answer } of decisions) handled.inc({ effect, answered: String(answer) });
  };
}
