import { randomUUID } from 'node:crypto';
import { z } from 'zod';

const moment = z.string().default(() => new Date().toISOString());
const id = z.string().default(() => `in-${randomUUID()}`);
const body = z.string().nullable().default(null);
const attachments = z.array(z.string()).nullable().default(null);
const fields = { from: z.string(), to: z.string(), id, timestamp: moment, body };

/** An inbound message in its provider's own words. */
export interface InboundMessage {
  /** What the provider calls it. */
  id: string;
  payload: Record<string, unknown>;
}

/**
 * For every provider, how `{from, to, body, …}` becomes its webhook. Values go out as they are told,
 * right or wrong: the gateway is to judge them.
 */
export const INBOUND_BODIES: Readonly<Record<string, z.ZodType<InboundMessage>>> = {
  generic: z.strictObject(fields).transform(({ id, from, to, timestamp, body }) => ({
    id,
    payload: { message_id: id, from, to, timestamp, text: body },
  })),
  'sms-gateway': z
    .strictObject({ ...fields, attachments, type: z.string().optional() })
    .transform(({ id, from, to, body, attachments, timestamp, type }) => ({
      id,
      payload: {
        from,
        to,
        type: type ?? (attachments?.length ? 'mms' : 'sms'),
        messaging_provider_id: id,
        body,
        attachments,
        timestamp,
      },
    })),
  'mail-gateway': z
    .strictObject({ ...fields, attachments, subject: z.string().nullable().default(null) })
    .transform(({ id, from, to, subject, body, attachments, timestamp }) => ({
      id,
      payload: { from, to, xillio_id: id, subject, body, attachments: attachments ?? [], timestamp },
    })),
};
