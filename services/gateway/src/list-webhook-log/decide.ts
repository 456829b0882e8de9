import { shownMessageId } from '@parley/contracts/http/message-resource';
import { formatMessageId } from '@parley/contracts/ids';
import { loggedWebhook, type LoggedWebhook } from '@parley/contracts/requests/webhook-log';
import { z } from 'zod';

const { id, connection, received_at, verdict, errors, provider_message_id, receipt_id, replay } =
  loggedWebhook.shape;

/** A webhook as clients see it. */
export const shownWebhook = z
  .object({
    id,
    connection,
    received_at,
    verdict: verdict.describe('How it ended; `created` is answered as `accepted`.'),
    reason: z.string().nullable().describe('Why it was refused.'),
    errors: errors.describe('Everything that was wrong with it.'),
    provider_message_id: provider_message_id.describe(
      'What the provider calls the message that it is, or reports on.',
    ),
    message_id: shownMessageId
      .nullable()
      .describe('The message that it became; of a receipt the one that it names.'),
    receipt_id: receipt_id.describe('The receipt that it became.'),
    method: z.literal('POST'),
    url: z.string().describe('Where it was sent.'),
    headers: z.record(z.string(), z.string()).describe('`***` where something secret was.'),
    body: z.string().nullable().describe('As text; null when it is no UTF-8.'),
    body_base64: z.string(),
    body_bytes: z
      .int()
      .describe('As it came in: `body` and `body_base64` may hold only the beginning of it.'),
    trace_id: z.string().nullable(),
    replay: replay.describe('The last replay, and what came of it; null when there was none.'),
  })
  .meta({ id: 'Webhook' });

/** Turns a logged webhook into the resource that the API answers. */
export function webhookResource(webhook: LoggedWebhook): z.infer<typeof shownWebhook> {
  const { message_id, body_base64, body_bytes } = webhook;
  return {
    ...webhook,
    method: 'POST',
    message_id: message_id === null ? null : formatMessageId(message_id),
    body: textOf(Buffer.from(body_base64, 'base64'), body_bytes),
  };
}

/** Bytes as text; null when they are none. What is cut off may have been cut in the middle of a character. */
function textOf(bytes: Buffer, bytesOfAll: number): string | null {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  try {
    return decoder.decode(bytes, { stream: bytes.length < bytesOfAll });
  } catch {
    return null;
  }
}
