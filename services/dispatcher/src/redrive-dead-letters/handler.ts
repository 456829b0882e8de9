import { messageId } from '@parley/contracts/ids';
import type {
  RedriveDeadLettersItem,
  RedriveDeadLettersReply,
} from '@parley/contracts/requests/dead-letters';
import type { RequestHandler } from '@parley/platform/bus';
import { available } from '@parley/platform/db';
import { applyKept } from '../apply-receipts/apply.ts';
import { applyLateAnswers } from '../apply-receipts/late-answers.ts';
import { changeMessages, type ChangeResult } from '../change-messages/change.ts';
import type { ChangerOptions } from '../change-messages/handler.ts';
import type { Changes } from '../changed-message.ts';
import { commitChanges } from '../commit-changes.ts';
import type { Trx } from '../database.ts';
import { scopeOf, type ScopeOptions } from '../query-dead-letters/scope.ts';
import type { Scope } from '../query-dead-letters/sources.ts';
import { oldestDeadLetters } from '../query-dead-letters/store.ts';
import { judgeRedrive } from '../redrive-messages/decide.ts';
import { keepPace, loadUnmatched, lockPace, publishLetters, type TakenUp } from './store.ts';

export type RedriverOptions = ChangerOptions & ScopeOptions;

/** How long after one another an account's dead letters are sent again, ms: thousands at once would be a flood. */
const APART_MS = 10;

/**
 * Gives dead letters another try, the oldest first: messages open their next round, bus messages are published again,
 * both one by one at 100/s an account; orphan receipts are applied again at once. Answers the ids of what was taken up,
 * after the commit; what fails again comes back. The last request of an account, asked again, changes nothing more.
 * Throws `Unavailable`.
 */
export function deadLetterRedriver(
  options: RedriverOptions,
): RequestHandler<RedriveDeadLettersItem, RedriveDeadLettersReply> {
  return async (items) => {
    const replies: RedriveDeadLettersReply[] = [];
    for (const item of items) replies.push({ redriven: await redrive(item, options) });
    return replies;
  };
}

async function redrive(item: RedriveDeadLettersItem, options: RedriverOptions): Promise<string[]> {
  const { ids, reason } = item.filter;
  // What may have been sent is sent again only where it is asked for by name.
  const onlyUnsent = ids === null && reason === null;
  const scope = { ...(await scopeOf(options.db, item, options)), onlyUnsent };
  const { taken } = await commitChanges(options, (trx) => takeUp(trx, item, scope, options));
  // In a transaction of its own: it locks messages too, in the order of ids.
  await applyOrphans(taken, options);
  return taken.map(({ id }) => id);
}

/** What was taken up, and what came of the messages among it. */
interface Taken extends Changes {
  taken: readonly TakenUp[];
}

async function takeUp(
  trx: Trx,
  item: RedriveDeadLettersItem,
  scope: Scope,
  options: RedriverOptions,
): Promise<Taken> {
  const pace = await lockPace(trx, item.account_id);
  if (pace.request_id === item.request_id) return { taken: pace.answer ?? [], risen: [], corrected: [] };
  const letters = await oldestDeadLetters(trx, scope, item.limit);
  const begin = Date.parse(pace.next_at);
  const released = letters
    .filter(({ kind }) => kind !== 'orphan_receipt')
    .map(({ id, kind }, index) => ({ id, kind, at: new Date(begin + index * APART_MS).toISOString() }));
  const { replies: _, ...changes } = await reopen(trx, released, item, options);
  await publishLetters(
    trx,
    released.filter(({ kind }) => kind === 'fact' || kind === 'work'),
  );
  const reopened = new Set<string>(changes.risen.map(({ id }) => id));
  const taken = letters
    .filter(({ id, kind }) => kind !== 'message' || reopened.has(id))
    .map(({ id, kind }) => ({ id, kind }));
  const next_at = new Date(begin + released.length * APART_MS).toISOString();
  await keepPace(trx, item.account_id, { next_at, request_id: item.request_id, answer: taken });
  return { ...changes, taken };
}

/** Opens the next round of the messages among what is released. */
function reopen(
  trx: Trx,
  released: readonly (TakenUp & { at: string })[],
  { account_id, by, request_id }: RedriveDeadLettersItem,
  options: RedriverOptions,
): Promise<ChangeResult> {
  const items = released.flatMap(({ id, kind, at }) =>
    kind === 'message'
      ? [{ account_id, message_id: messageId.parse(id), by, request_id, release_at: at }]
      : [],
  );
  return changeMessages(trx, items, judgeRedrive, options);
}

async function applyOrphans(taken: readonly TakenUp[], options: RedriverOptions): Promise<void> {
  const ids = taken.filter(({ kind }) => kind === 'orphan_receipt').map(({ id }) => id);
  if (ids.length === 0) return;
  await commitChanges(options, async (trx) => applyKept(trx, await loadUnmatched(trx, ids)));
  await applyLateAnswers(options, await available(loadUnmatched(options.db, ids)));
}
