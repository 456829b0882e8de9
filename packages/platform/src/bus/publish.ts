import { headers } from '@nats-io/transport-node';
import { streamOf } from '@parley/contracts/streams';
import { z } from 'zod';
import { recordBusSpans } from '../tracing/traced-payload.ts';
import { busUnavailable, type Bus } from './connect.ts';
import { bytes, decode } from './envelope.ts';

const ACK_TIMEOUT_MS = 5_000;

/** What a stream answers to a publish: where it stands, or why it was not taken. */
const publishAck = z.object({ error: z.object({ description: z.string() }).optional() });

/**
 * Publishes one payload and resolves once it is out: acknowledged by JetStream where a stream holds the
 * subject, flushed otherwise. Publishing the same `id` twice within the duplicate window stores it once.
 * Throws `Unavailable` when it may not have arrived.
 */
export async function publish(bus: Bus, subject: string, payload: string, id: string): Promise<void> {
  // The client would keep it back, and forget it when it connects again.
  if (!bus.connected()) throw busUnavailable(new Error('not connected'));
  const start = Date.now();
  try {
    if (streamOf(subject) === null) {
      bus.nc.publish(subject, bytes(payload));
      await bus.nc.flush();
    } else {
      await publishToStream(bus, { subject, payload, id });
    }
    recordBusSpans(payload, { name: `publish ${subject}`, kind: 'producer', start });
  } catch (error) {
    throw busUnavailable(error);
  }
}

const MESSAGE_ID_HEADER = 'Nats-Msg-Id';

/**
 * Publishes as the JetStream client does, but over the one inbox that all our requests share: the client makes an
 * error with a stack for every publish, in case it should fail, which was a twentieth of a dispatcher's time.
 */
async function publishToStream(
  bus: Bus,
  { subject, payload, id }: Record<'subject' | 'payload' | 'id', string>,
): Promise<void> {
  const identified = headers();
  identified.set(MESSAGE_ID_HEADER, id);
  const { text } = await bus.ask(subject, bytes(payload), { timeoutMs: ACK_TIMEOUT_MS, headers: identified });
  const ack = decode(publishAck, text);
  if (ack.error !== undefined) throw new Error(ack.error.description);
}
