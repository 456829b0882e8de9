import type { ConnectionId, MessageId } from '@parley/contracts/ids';
import type { Changes } from '../changed-message.ts';
import type { Trx } from '../database.ts';
import { applyKept } from './apply.ts';
import { onePerMessage } from './late-answers.ts';
import { answerByReceipts, loadNaming, loadWaiting } from './store.ts';

/** A call that was just stored. */
export interface StoredCall {
  message_id: MessageId;
  connection_id: ConnectionId;
  /** What the provider calls the message; null when it did not tell. */
  provider_message_id: string | null;
}

/**
 * Applies the receipts that came before these calls were stored: those on what the provider called the messages, and
 * those that name a message of which it did not tell. The messages are locked by whoever stored the calls.
 */
export async function applyWaitingReceipts(trx: Trx, calls: readonly StoredCall[]): Promise<Changes> {
  if (calls.length === 0) return { risen: [], corrected: [] };
  const answered = calls.flatMap(({ connection_id, provider_message_id }) =>
    provider_message_id === null ? [] : [{ connection_id, provider_message_id }],
  );
  const named = await loadNaming(
    trx,
    calls.filter(({ provider_message_id }) => provider_message_id === null),
  );
  await answerByReceipts(trx, onePerMessage(named));
  return applyKept(trx, [...(await loadWaiting(trx, answered)), ...named]);
}
