import type { FieldError } from '@parley/contracts/http/problem';
import { newRowIdAt } from '@parley/contracts/ids';
import {
  verdictOf,
  type WebhookReply,
  type WebhookVerdict,
} from '@parley/contracts/requests/receive-webhooks';
import { isSecretName, MASK, maskedUrl } from '@parley/contracts/secret-names';
import { storable } from '@parley/contracts/text';
import type { KnownConnection } from '@parley/platform/directory';
import { providerNamed } from '@parley/providers/registry';
import type { Entry } from '../receive-webhooks/decide.ts';
import type { Answered } from '../receive-webhooks/take.ts';

/** What became of a webhook. */
export interface Judgement {
  verdict: WebhookVerdict;
  reason: string | null;
  errors: FieldError[];
}

/** What a webhook brings, and what that is recognised by. */
export interface Origin {
  kind: Entry['kind'] | null;
  provider_message_id: string | null;
  /** Of a receipt; a message is recognised by `provider_message_id`. */
  event_id: string | null;
}

/** What a signature rests on and is not to be seen. */
export interface Signature {
  url: string;
  headers: Record<string, string>;
}

/** A line of the webhook log. */
export interface Line extends Judgement, Origin {
  id: string;
  received_at: string;
  account_id: string;
  connection_id: string;
  url: string;
  headers: Record<string, string>;
  signature: Signature | null;
  body_base64: string;
  body_bytes: number;
  trace_id: string | null;
}

/** Bytes of the body that are kept of what nobody signed: as many as are told of each in a list. */
export const MAX_FORGED_BODY = 3_999;
/** Characters of base64 that hold them. */
const MAX_FORGED_BASE64 = 5_332;
/** Characters that are kept of the URL of what nobody signed, and of each of its few headers: a true one is shorter. */
export const MAX_FORGED_URL = 2_048;
const MAX_FORGED_HEADER = 512;

/** The line of a webhook that came through a connection. `account_id` is where it is filed. */
export function lineOf(answered: Answered, account_id: string): Line {
  const { arrival, entry, reply } = answered;
  const { connection_id, received_at, url, headers, body_base64, trace_id } = arrival.item;
  const judgement = judgementOf(reply);
  const isForged = judgement.verdict === 'invalid_signature';
  const sentTo = isForged ? url.slice(0, MAX_FORGED_URL) : url;
  const kept = isForged ? signedHeaders(headers, arrival.connection) : headers;
  return {
    id: newRowIdAt(received_at),
    received_at,
    account_id,
    connection_id,
    url: maskedUrl(sentTo),
    headers: masked(kept),
    // Kept to be verified once more; of what was verified nobody needs it again.
    signature: isForged ? { url: sentTo, headers: secretsIn(kept) } : null,
    body_base64: isForged ? body_base64.slice(0, MAX_FORGED_BASE64) : body_base64,
    body_bytes: Buffer.byteLength(body_base64, 'base64'),
    trace_id,
    ...judgement,
    ...originOf(entry),
  };
}

/** What a reply says of a webhook. */
export function judgementOf(reply: WebhookReply): Judgement {
  const verdict = verdictOf(reply);
  if (reply.outcome !== 'refused') return { verdict, reason: null, errors: [] };
  // They may quote the webhook.
  const errors = reply.errors.map(({ pointer, detail }) => ({
    pointer: storable(pointer),
    detail: storable(detail),
  }));
  return { verdict, reason: storable(reply.detail), errors };
}

/** What an entry is recognised by. */
export function originOf(entry: Entry | null): Origin {
  if (entry === null) return { kind: null, provider_message_id: null, event_id: null };
  if (entry.kind === 'message')
    return { kind: 'message', provider_message_id: entry.message.provider_message_id, event_id: null };
  return {
    kind: 'receipt',
    provider_message_id: entry.receipt.provider_message_id,
    event_id: entry.event_id,
  };
}

/** Of the headers of what nobody signed those by which its provider verifies it, and of what type it is said to be. */
function signedHeaders(
  headers: Readonly<Record<string, string>>,
  connection: KnownConnection | null,
): Record<string, string> {
  const signedBy = providerNamed(connection?.provider ?? '')?.signed_by ?? [];
  return Object.fromEntries(
    ['content-type', ...signedBy].flatMap((name) => {
      const value = headers[name];
      return value === undefined ? [] : [[name, value.slice(0, MAX_FORGED_HEADER)]];
    }),
  );
}

function masked(headers: Readonly<Record<string, string>>): Record<string, string> {
  const shown: Record<string, string> = {};
  for (const name of Object.keys(headers)) shown[name] = isSecretName(name) ? MASK : (headers[name] ?? '');
  return shown;
}

function secretsIn(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => isSecretName(name)));
}
