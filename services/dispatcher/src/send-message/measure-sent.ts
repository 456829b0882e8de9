import type { Metrics } from '@parley/platform/runtime';
import type { Claimed } from './claim.ts';
import type { Finish } from './record-finishes.ts';

/** Measures how long a message took until a provider had it, if one has it now. */
export type MeasureSent = (
  claimed: Pick<Claimed, 'type' | 'round' | 'created_at' | 'send_at'>,
  finish: Pick<Finish, 'move'>,
) => void;

const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400];

/**
 * Makes the function that measures from when a message could be sent, its accept or its `send_at`. A message that is
 * sent anew on demand is not measured: nobody noted when that was.
 */
export function sentMeasure(metrics: Metrics): MeasureSent {
  const seconds = metrics.histogram(
    'message_sent_seconds',
    'From accept, or send_at, until a provider had the message',
    ['type'],
    BUCKETS,
  );
  return ({ type, round, created_at, send_at }, { move }) => {
    if (move.status !== 'sent' || round > 1) return;
    const since = send_at !== null && send_at > created_at ? send_at : created_at;
    seconds.observe({ type }, Math.max(0, (Date.now() - Date.parse(since)) / 1_000));
  };
}
