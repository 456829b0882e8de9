import type { FieldError } from '@parley/contracts/http/problem';
import type { ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import type { MessageId } from '@parley/contracts/ids';
import type { MessageType } from '@parley/contracts/message-type';
import type { z } from 'zod';

/**
 * What one provider call came to. `unavailable` says that the message was surely not taken; `unknown` that it
 * may have been: the request was written and no answer that settles it came back. `connection_wide` says that the
 * provider as a whole is away, so that no other message of the connection need be tried either.
 */
export type Outcome =
  | { kind: 'accepted'; provider_message_id: string }
  | { kind: 'refused'; code: string; detail: string }
  | { kind: 'throttled'; retry_after_ms: number | null }
  | { kind: 'unavailable'; reason: string; retry_after_ms: number | null; connection_wide: boolean }
  | { kind: 'unknown'; reason: string };

/**
 * Whether a provider has taken a message. `not_found` speaks of the moment in which it was asked: a call that is
 * still on its way may be taken after it. `unknown` says nothing either way.
 */
export type Finding =
  | { kind: 'found'; provider_message_id: string }
  | { kind: 'not_found' }
  | { kind: 'unknown'; reason: string };

/** The account at a provider that a call goes through. */
export interface ProviderAccount {
  /** Base URL without a trailing slash. */
  url: string;
  /** Sent as `Authorization: Bearer …`; null = none. */
  token: string | null;
}

/** One message as a provider is asked to send it. */
export interface OutgoingMessage {
  id: MessageId;
  /** The same for every call that must not send a second time. */
  idempotency_key: string;
  type: MessageType;
  from: string;
  to: string;
  subject: string | null;
  body: string | null;
  attachments: string[];
  timestamp: string;
  /** Where its recipient ends such messages with one click (RFC 8058); absent = nowhere. */
  unsubscribe_url?: string;
}

/** What a provider answered to a request. */
export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

/** A pooled HTTP POST that is handed in; providers do no I/O of their own. Times out by itself. */
export type PostJson = (url: string, headers: Record<string, string>, body: string) => Promise<Answer>;

/** A pooled HTTP GET, handed in like `PostJson`. */
export type GetJson = (url: string, headers: Record<string, string>) => Promise<Answer>;

/** A webhook as it came in: header names in lower case, bytes unchanged. */
export interface Webhook {
  headers: Readonly<Record<string, string>>;
  body: Buffer;
  /** Where it was sent, as its sender knows the place. */
  url: string;
  /** When it was sent or came in, epoch ms. */
  at: number;
}

/** An inbound message in our terms, addresses normalised, times in the contracts' instant form. */
export interface IncomingMessage {
  kind: 'message';
  /** The provider's id of this event: what repeats are recognised by, within its connection. */
  provider_message_id: string;
  type: MessageType;
  from: string;
  to: string;
  subject: string | null;
  body: string | null;
  attachments: string[];
  timestamp: string;
}

/** A delivery receipt in our terms. */
export interface IncomingReceipt {
  kind: 'receipt';
  /** What repeats are recognised by: the provider's event id, or one made of what it reports. */
  event_id: string;
  provider_message_id: string;
  status: ReceiptStatus;
  error_code: string | null;
  occurred_at: string | null;
  /** Our id of the message, where the provider repeats the idempotency key of the call that it was taken by. */
  client_reference: MessageId | null;
}

/** A webhook that says nothing of which there is anything to keep. */
export interface Ignored {
  kind: 'ignored';
}

/** What a webhook says, or why it says nothing. */
export type ParsedWebhook =
  | IncomingMessage
  | IncomingReceipt
  | Ignored
  | { kind: 'invalid_json'; detail: string }
  | { kind: 'invalid'; errors: FieldError[] };

/** Everything Parley knows of one provider's wire: one folder each, listed in registry.ts. */
export interface Provider {
  /** What a connection's `provider` column names. */
  name: string;
  /** What it can send; empty for one that only receives. */
  types: readonly MessageType[];
  /** Whether a repeated call with the same key is answered as the first and sent once. */
  honours_idempotency_keys: boolean;
  /** One call, one outcome; never throws and never retries. */
  send(message: OutgoingMessage, account: ProviderAccount, post: PostJson): Promise<Outcome>;
  /**
   * Asks whether it has taken a message whose calls had this idempotency key. Absent where a provider cannot be
   * asked. Never throws and never retries.
   */
  find?(idempotencyKey: string, account: ProviderAccount, get: GetJson): Promise<Finding>;
  /** How the body of its webhooks is written: JSON, or the fields of a form (application/x-www-form-urlencoded). */
  content: 'json' | 'form';
  /** What its webhooks may hold, for people to read: `parse` decides. */
  webhooks: readonly z.ZodType[];
  /** What it is answered with, 200, when a webhook was taken; absent = JSON that says so. */
  answer?: { content_type: string; body: string };
  /**
   * A new webhook secret, unguessable, in the form that the provider's side takes. Absent where secrets are made there.
   */
  newSecret?(): string;
  /** What a valid signature is, in words for whoever configures the other side. */
  signature: string;
  /** The headers that `verify` looks at, in lower case. */
  signed_by: readonly string[];
  /** Whether any of the live secrets signed exactly this webhook; compares in constant time. */
  verify(webhook: Webhook, secrets: readonly string[]): boolean;
  /** Reads a verified webhook; never throws. */
  parse(webhook: Webhook): ParsedWebhook;
}
