import type {
  DispatcherTimeline,
  DispatcherTimelineItem,
  ProviderReference,
} from '@parley/contracts/requests/read-timelines';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { NO_CONNECTION, reasonToWait, type Connections } from '../reason-to-wait.ts';
import { loadLives, type StoredAttempt, type StoredMessage, type StoredWait } from './store.ts';
import { timelineOf } from './timeline.ts';

/**
 * Answers what happened to messages, four statements for all; null for what the asking account does not have. Throws
 * `Unavailable`.
 */
export function timelineReader(
  db: Executor,
  connections: Connections,
): RequestHandler<DispatcherTimelineItem, DispatcherTimeline | null> {
  return async (items) => {
    const lives = await loadLives(
      db,
      items.map((item) => item.message_id),
    );
    return Promise.all(
      items.map(async ({ message_id, account_id }) => {
        const message = lives.messages.get(message_id);
        if (message?.account_id !== account_id) return null;
        const attempts = lives.attempts.get(message_id) ?? [];
        const notes = lives.notes.get(message_id) ?? [];
        const wait = await waitNow(message, lives.waits.get(message_id), connections);
        return {
          entries: timelineOf({ message, attempts, notes, wait }),
          references: referencesOf(attempts),
          trace_id: message.trace_id,
        };
      }),
    );
  };
}

/** Where a message waits, if it does: where no connection can send it, its lane is not paused for it. */
async function waitNow(
  message: StoredMessage,
  wait: StoredWait | undefined,
  connections: Connections,
): Promise<StoredWait | null> {
  if (wait === undefined || wait.bound) return wait ?? null;
  const reason = await reasonToWait(message, wait.reason, connections);
  return reason === NO_CONNECTION ? { ...wait, reason, paused_until: null } : { ...wait, reason };
}

/** What providers called the message, each name once. */
function referencesOf(attempts: readonly StoredAttempt[]): ProviderReference[] {
  const named = attempts.flatMap(({ connection_id, provider_message_id }): [string, ProviderReference][] =>
    provider_message_id === null
      ? []
      : [[`${connection_id} ${provider_message_id}`, { connection_id, provider_message_id }]],
  );
  return [...new Map(named).values()];
}
