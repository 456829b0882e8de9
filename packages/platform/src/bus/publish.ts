import { streamOf } from '@parley/contracts/streams';
import { busUnavailable, type Bus } from './connect.ts';
import { bytes } from './envelope.ts';

const ACK_TIMEOUT_MS = 5_000;

/**
 * Publishes one payload and resolves once it is out: acknowledged by JetStream where a stream holds the
 * subject, flushed otherwise. Publishing the same `id` twice within the duplicate window stores it once.
 * Throws `Unavailable` when it may not have arrived.
 */
export async function publish(bus: Bus, subject: string, payload: string, id: string): Promise<void> {
  // The client would keep it back, and forget it when it connects again.
  if (!bus.connected()) throw busUnavailable(new Error('not connected'));
  try {
    if (streamOf(subject) === null) {
      bus.nc.publish(subject, bytes(payload));
      await bus.nc.flush();
    } else {
      await bus.js.publish(subject, bytes(payload), { msgID: id, timeout: ACK_TIMEOUT_MS, retries: 0 });
    }
  } catch (error) {
    throw busUnavailable(error);
  }
}
