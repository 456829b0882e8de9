import type {
  DispatcherTimeline,
  DispatcherTimelineItem,
  ProviderReference,
} from '@parley/contracts/requests/read-timelines';
import type { RequestHandler } from '@parley/platform/bus';
import type { Executor } from '@parley/platform/db';
import { loadLives, type StoredAttempt } from './store.ts';
import { timelineOf } from './timeline.ts';

/**
 * Answers what happened to messages, four statements for all; null for what the asking account does not have. Throws
 * `Unavailable`.
 */
export function timelineReader(
  db: Executor,
): RequestHandler<DispatcherTimelineItem, DispatcherTimeline | null> {
  return async (items) => {
    const lives = await loadLives(
      db,
      items.map((item) => item.message_id),
    );
    return items.map(({ message_id, account_id }) => {
      const message = lives.messages.get(message_id);
      if (message?.account_id !== account_id) return null;
      const attempts = lives.attempts.get(message_id) ?? [];
      const notes = lives.notes.get(message_id) ?? [];
      const wait = lives.waits.get(message_id) ?? null;
      return {
        entries: timelineOf({ message, attempts, notes, wait }),
        references: referencesOf(attempts),
        trace_id: message.trace_id,
      };
    });
  };
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
