import { consentFacts, type KeywordReceived } from '@parley/contracts/facts/consent-facts';
import type { AccountId, MessageId } from '@parley/contracts/ids';
import type { Keyword } from '@parley/contracts/keyword';
import { inTransaction } from '@parley/platform/db';
import type { AccountDirectory } from '@parley/platform/directory';
import { addToOutbox, factRows } from '@parley/platform/outbox';
import { Unavailable, type Logger, type Metrics } from '@parley/platform/runtime';
import { storeAcceptances, tellStored, type CommitOptions, type Stored } from '../accept-messages/commit.ts';
import type { Places } from '../accept-messages/place.ts';
import { factApplier, type FactApplier } from '../apply-facts/applier.ts';
import type { Trx } from '../database.ts';
import { addNotes } from '../notes/add-notes.ts';
import { addConsents } from '../record-consent/store.ts';
import { answerTo, noteOnAnswer, type Answer } from './answer.ts';
import { decide, type Decision } from './decide.ts';
import { keepHandled, lockStandings } from './store.ts';

export type KeywordOptions = Omit<CommitOptions, 'firstCalls'> & { metrics: Metrics; logger: Logger };

/** What they mean is the same in every account, so they count while no directory can be read; they are not answered then. */
const NEED_NO_SETTINGS: ReadonlySet<Keyword> = new Set<Keyword>(['stop', 'start']);

/** After which a keyword that cannot be decided on is looked at again, ms. */
const TOLD_AGAIN_MS = 5_000;

/** Hardly any: who says STOP must not be written to again. */
const WAIT_MS = 1;

/**
 * Makes the applier of keywords: who says STOP is not written to from the commit on, and is told so once. Safe to
 * repeat, in any order: the ledger goes by when a keyword came in. YES and HELP wait for the settings of their account, in
 * the outbox: who said STOP after them does not wait for theirs.
 */
export function keywordApplier(options: KeywordOptions): FactApplier<KeywordReceived> {
  const { metrics, logger } = options;
  const count = countHandled(metrics);
  return factApplier({
    name: 'keywords',
    waitMs: WAIT_MS,
    idOf: ({ message_id }) => message_id,
    store: async (keywords) => {
      const { accounts, unread } = await loadAccounts(keywords, options);
      const waiting = keywords.filter(
        ({ account_id, keyword }) => unread.has(account_id) && !NEED_NO_SETTINGS.has(keyword),
      );
      const due = keywords.filter((one) => !unread.has(one.account_id) || NEED_NO_SETTINGS.has(one.keyword));
      const { stored, decisions } = await inTransaction(options.db, async (trx) => {
        await tellAgain(trx, waiting);
        return store(trx, due, { ...options, accounts });
      });
      tellStored(stored, options);
      count(decisions);
    },
    metrics,
    logger,
  });
}

/** Has keywords told once more, a while later. */
async function tellAgain(trx: Trx, keywords: readonly KeywordReceived[]): Promise<void> {
  const available_at = new Date(Date.now() + TOLD_AGAIN_MS).toISOString();
  await addToOutbox(
    trx,
    factRows(consentFacts, keywords).map((row) => ({ ...row, available_at })),
  );
}

/** Answers are few and go to the bus: what sends them lets those wait whose turn has not come. */
const NO_PLACES: Places = { lanes: new Map(), calls: new Map() };

type Accounts = ReadonlyMap<AccountId, AccountDirectory>;

/** The accounts of keywords, and those that cannot be read now. */
interface Loaded {
  accounts: Accounts;
  unread: ReadonlySet<AccountId>;
}

async function loadAccounts(
  keywords: readonly KeywordReceived[],
  { directory }: KeywordOptions,
): Promise<Loaded> {
  const accounts = new Map<AccountId, AccountDirectory>();
  const unread = new Set<AccountId>();
  const load = async (id: AccountId): Promise<void> => {
    try {
      const account = await directory.account(id);
      if (account !== null) accounts.set(id, account);
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      unread.add(id);
    }
  };
  await Promise.all(Array.from(new Set(keywords.map(({ account_id }) => account_id)), load));
  return { accounts, unread };
}

async function store(
  trx: Trx,
  keywords: readonly KeywordReceived[],
  { accounts, queuedStaleMs }: { accounts: Accounts; queuedStaleMs: number },
): Promise<{ stored: Stored; decisions: Decision[] }> {
  const settings = new Map([...accounts].map(([id, account]) => [id, account.keywords]));
  const decisions = decide(keywords, {
    settings,
    ...(await lockStandings(trx, keywords)),
    now: Date.now(),
  });
  const answers = answersTo(decisions, accounts);
  const answerOf = new Map<Decision, MessageId>(answers.map(({ decision, id }) => [decision, id]));
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
  const patience = { staleMs: queuedStaleMs, leaseMs: 0 };
  const stored = await storeAcceptances(trx, acceptances, { places: NO_PLACES, patience });
  await addNotes(trx, answers.map(noteOnAnswer));
  return { stored, decisions };
}

function answersTo(decisions: readonly Decision[], accounts: Accounts): Answer[] {
  const now = new Date().toISOString();
  return decisions.flatMap((decision) => {
    const account = accounts.get(decision.fact.account_id);
    if (account === undefined || decision.effect === 'none' || !decision.answer) return [];
    return [answerTo(decision, account, now)];
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
