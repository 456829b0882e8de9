import type { MessageId } from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { AcceptItem, AcceptReply } from '@parley/contracts/requests/accept-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { bisect } from '@parley/platform/db';
import {
  createBatcher,
  OutcomeUnknown,
  QueueFull,
  Unavailable,
  type Logger,
  type Metrics,
} from '@parley/platform/runtime';
import { loadMessages } from '../read-messages/store.ts';
import { answer, type Fate } from './answer.ts';
import { commit, type CommitOptions } from './commit.ts';
import { decide, type Acceptance, type Decision } from './decide.ts';
import { gatherFacts, type GatherOptions } from './gather-facts.ts';
import { replayNoter } from './note-replays.ts';
import { OptedOut } from './store.ts';
import { recordAccepts } from './trace-accepts.ts';
import { inParts, MAX_WEIGHT, weightOf } from './weigh.ts';

export type AcceptorOptions = CommitOptions & GatherOptions & { metrics: Metrics; logger: Logger };

/** An item whose key is taken from under it this often is told that the key is in use. */
const MAX_TRIES = 4;
const IN_PROGRESS: AcceptReply = {
  outcome: 'refused',
  code: 'idempotency_in_progress',
  detail: 'other requests with this Idempotency-Key are being decided',
};

const MAX_REQUESTS = 100;
const WAIT_MS = 0;

/**
 * Accepts messages, each on its own merits, and answers after the commit. Requests that come while another is being
 * committed are decided and committed together. Asked again with the same message ids it accepts nothing twice.
 * Throws `Unavailable` when surely nothing was accepted.
 */
export function messageAcceptor(options: AcceptorOptions): RequestHandler<AcceptItem, AcceptReply> {
  const caution = createCaution();
  const batcher = createBatcher<readonly AcceptItem[], readonly AcceptReply[]>({
    name: 'accept',
    maxItems: MAX_REQUESTS,
    weight: { of: weigh, max: MAX_WEIGHT },
    waitMs: WAIT_MS,
    maxQueued: MAX_REQUESTS,
    metrics: options.metrics,
    flush: async (requests) => {
      const replies = await acceptAll(requests.flat(), { ...options, caution });
      let end = 0;
      return requests.map((items) => replies.slice(end, (end += items.length)));
    },
  });
  const noteReplays = replayNoter({ ...options, name: 'note-replays', maxQueued: MAX_REQUESTS });
  return async (items) => {
    const start = Date.now();
    const replies = await batcher.add(items).catch((error: unknown) => {
      throw error instanceof QueueFull ? new Unavailable(error.message, { cause: error }) : error;
    });
    recordAccepts(items, replies, start);
    await noteReplays(items, replies);
    return replies;
  };
}

function weigh(items: readonly AcceptItem[]): number {
  return items.reduce((sum, item) => sum + weightOf(item), 0);
}

type AcceptContext = AcceptorOptions & { caution: ReturnType<typeof createCaution> };

const CAUTIOUS_MS = 10_000;

/**
 * Most recipients have not opted out, and storing a message tells of one who has. After that consents are read before
 * for a while, so that batches are not stored in vain again and again.
 */
function createCaution() {
  let until = -Infinity;
  return {
    isCalledFor: () => performance.now() < until,
    learn: () => {
      until = performance.now() + CAUTIOUS_MS;
    },
  };
}

async function acceptAll(items: readonly AcceptItem[], options: AcceptContext): Promise<AcceptReply[]> {
  const replies = items.map(() => IN_PROGRESS);
  const batch = { committed: false };
  let open = items.map((item, position) => ({ item, position }));
  for (let tries = 0; open.length > 0 && tries < MAX_TRIES; tries += 1) {
    const answers = await acceptOnce(
      open.map(({ item }) => item),
      options,
      batch,
    );
    for (const [index, { position }] of open.entries()) replies[position] = answers[index] ?? IN_PROGRESS;
    open = open.filter((_, index) => (answers[index] ?? null) === null);
  }
  return replies;
}

/** Decides and commits once; null for items that another request was faster with. */
async function acceptOnce(
  items: readonly AcceptItem[],
  options: AcceptContext,
  batch: { committed: boolean },
): Promise<(AcceptReply | null)[]> {
  try {
    const withConsents = options.caution.isCalledFor();
    const decisions = decide(items, await gatherFacts(items, { ...options, withConsents }));
    const acceptances = decisions.filter((decision) => decision.kind === 'accept');
    const fateOf = new Map<Acceptance, Fate>();
    for (const part of inParts(acceptances)) {
      const fates = await commitPart(part, options, batch);
      for (const [index, acceptance] of part.entries()) fateOf.set(acceptance, fates[index] ?? 'contested');
    }
    const known = await loadKnown(doubtfulIds(items, decisions, fateOf), options);
    return answer(items, decisions, { fates: fateOf, known });
  } catch (error) {
    // Nothing of that transaction is stored: what is left is decided again, by what the consents say.
    if (error instanceof OptedOut) {
      options.caution.learn();
      return items.map(() => null);
    }
    // Part of the batch may be stored: then "nothing was accepted" would be a lie.
    if (batch.committed && error instanceof Unavailable)
      throw new OutcomeUnknown('the database was lost between two commits', { cause: error });
    throw error;
  }
}

/** Commits what the database can store; what it cannot touches nothing else. */
function commitPart(
  part: readonly Acceptance[],
  options: AcceptorOptions,
  batch: { committed: boolean },
): Promise<Fate[]> {
  return bisect(
    part,
    async (some) => {
      const fates = await commit(some, options);
      batch.committed = true;
      return fates;
    },
    () => 'unstorable',
  );
}

/** Ids of messages that may have been stored by an earlier request for the same. */
function doubtfulIds(
  items: readonly AcceptItem[],
  decisions: readonly Decision[],
  fates: ReadonlyMap<Acceptance, Fate>,
): MessageId[] {
  return items.flatMap((item, index) => {
    const decision = decisions[index];
    const isDoubtful =
      decision?.kind === 'accept'
        ? fates.get(decision) === 'known'
        : decision?.kind === 'refuse' && item.idempotency === null;
    return isDoubtful ? item.recipients.map(({ id }) => id) : [];
  });
}

async function loadKnown(
  ids: readonly MessageId[],
  { db }: AcceptorOptions,
): Promise<Map<MessageId, Message>> {
  const messages = ids.length === 0 ? [] : await loadMessages(db, ids);
  return new Map(messages.map((message) => [message.id, message]));
}
