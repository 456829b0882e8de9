import type { ConsentEntry } from '@parley/contracts/consent';
import { formatMessageId, newOrderedRowId } from '@parley/contracts/ids';
import type { RecordConsentItem } from '@parley/contracts/requests/consent';
import { readUnsubscription, UNSUBSCRIBE, type Unsubscription } from '@parley/contracts/unsubscribe';
import type { Keyring } from '@parley/platform/secrets';

/** Who wants no more of what, by the token of a link; null when nobody here made it. */
export function wishOf(token: string, keyring: Pick<Keyring, 'ofToken'>): Unsubscription | null {
  const text = keyring.ofToken(token, UNSUBSCRIBE);
  return text === null ? null : readUnsubscription(text);
}

const FIELD = 'List-Unsubscribe';
const VALUE = 'One-Click';

/** Whether a form says what a mail program's button sends (RFC 8058); one that is no form says nothing. */
export async function isOneClick(bytes: Buffer, contentType: string): Promise<boolean> {
  try {
    const headers = { 'content-type': contentType };
    const form = await new Response(new Uint8Array(bytes), { headers }).formData();
    return form.get(FIELD) === VALUE;
  } catch {
    return false;
  }
}

/** What is added to the ledger; null when its latest line says so already, however often the button is pressed. */
export function lineOf(
  { message_id, ...party }: Unsubscription,
  ledger: readonly ConsentEntry[],
): RecordConsentItem | null {
  const latest = ledger.find(({ type_class }) => type_class === party.type_class);
  if (latest?.state === 'opted_out') return null;
  return {
    ...party,
    id: newOrderedRowId(),
    state: 'opted_out',
    source: 'one_click',
    evidence: `list_unsubscribe of ${formatMessageId(message_id)}`,
    // As every line that comes through a gateway: their clocks may differ.
    received_at: null,
  };
}
