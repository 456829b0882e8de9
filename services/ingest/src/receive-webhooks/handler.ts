import type { WebhookItem, WebhookReply } from '@parley/contracts/requests/receive-webhooks';
import type { RequestHandler } from '@parley/platform/bus';
import type { KnownConnection } from '@parley/platform/directory';
import { providerNamed } from '@parley/providers/registry';
import { forgedLimit, type MayBeLogged } from '../log-webhooks/forged-limit.ts';
import { insertLines } from '../log-webhooks/store.ts';
import { readWebhook } from './read-webhook.ts';
import { webhookTaker, type Arrival, type TakerOptions } from './take.ts';

/**
 * Takes a batch of webhooks: verifies, reads, stores what is new together with the facts that tell of it and a line of
 * each in the webhook log, and answers after the commit. A repeat is answered as a duplicate only when the first is
 * committed too. Of what nobody signed, and of a connection that is not there, only so much is logged as `forgedLimit`
 * lets pass.
 */
export function webhookReceiver(
  options: TakerOptions,
  mayBeLogged: MayBeLogged = forgedLimit(),
): RequestHandler<WebhookItem, WebhookReply> {
  const { directory } = options;
  const take = webhookTaker(options);

  async function read(item: WebhookItem): Promise<Arrival> {
    const connection = readable(await directory.connection(item.connection_id));
    const reading = readWebhook(item, connection);
    const isForged = reading.outcome === 'refused' && reading.code === 'invalid_signature';
    const isLogged = connection !== null && (!isForged || mayBeLogged(item, Date.now()));
    return { item, connection, reading, isLogged };
  }

  return async (items) => take(await Promise.all(items.map(read)), insertLines);
}

/** Of what nobody here can verify nothing is kept. */
function readable(connection: KnownConnection | null): KnownConnection | null {
  return connection !== null && providerNamed(connection.provider) !== null ? connection : null;
}
