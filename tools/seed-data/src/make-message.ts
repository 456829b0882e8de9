import {
  connectionId,
  conversationIdOf,
  newMessageId,
  newRowId,
  type AccountId,
} from '@parley/contracts/ids';
import type { Message } from '@parley/contracts/message';
import type { MessageStatus } from '@parley/contracts/message-status';
import { codePoints } from '@parley/contracts/text';
import { WORDS } from './words.ts';

/** A number from 0 up to, but not including, 1. */
export type Random = () => number;

/** Where and when a message is. */
export interface Place {
  account_id: AccountId;
  /** Epoch ms. */
  at: number;
}

const CUSTOMERS = 100_000;
const DELIVERY_MS = 3_000;
const VALID_MS = 4 * 3_600_000;
const SMS_CHARACTERS = 160;

const TYPES = { sms: 72, email: 20, mms: 8 } as const;
const OUTCOMES = {
  delivered: 86,
  sent: 7,
  undelivered: 3,
  failed: 3,
  expired: 0.7,
  canceled: 0.3,
} as const satisfies Partial<Record<MessageStatus, number>>;
const REASONS: Partial<Record<MessageStatus, string>> = {
  failed: 'http_400',
  undelivered: 'absent_subscriber',
  expired: 'provider_unavailable',
};
const OURS = { sms: ['MyCorp', '+12025550100', '+12025550101'], email: ['shop@acme.test', 'help@acme.test'] };
const PROVIDERS = {
  sms: connectionId.parse('sms'),
  mms: connectionId.parse('sms'),
  email: connectionId.parse('mail'),
};

/** Makes a message as it stands long after it was sent or came in. */
export function makeMessage(random: Random, place: Place): Message {
  const type = pick(random, TYPES);
  const isInbound = random() < 0.3;
  const ours = among(
    random,
    OURS[type === 'email' ? 'email' : 'sms'].slice(isInbound && type !== 'email' ? 1 : 0),
  );
  const theirs = customer(random, type);
  const [from, to] = isInbound ? [theirs, ours] : [ours, theirs];
  const participants = [from, to].map((address) => ({ address, user_id: null }));
  const said = sentence(random);
  return {
    id: newMessageId(),
    account_id: place.account_id,
    conversation_id: conversationIdOf(place.account_id, participants),
    direction: isInbound ? 'inbound' : 'outbound',
    type,
    from,
    to,
    subject: type === 'email' ? said.split(' ').slice(0, 4).join(' ') : null,
    body: said,
    attachments: type === 'mms' ? ['https://files.acme.test/picture.jpg'] : [],
    encoding: type === 'sms' && !isInbound ? 'GSM-7' : null,
    segments: type === 'sms' && !isInbound ? Math.ceil(codePoints(said) / SMS_CHARACTERS) : null,
    in_reply_to: null,
    metadata: null,
    client_reference: null,
    send_at: null,
    from_user_id: null,
    to_user_id: null,
    trace_id: null,
    round: 1,
    provider: PROVIDERS[type],
    ...(isInbound ? cameIn(place) : wentOut(random, place)),
  };
}

type Standing = Pick<
  Message,
  | 'status'
  | 'status_reason'
  | 'provider_message_id'
  | 'timestamp'
  | 'created_at'
  | 'sent_at'
  | 'delivered_at'
  | 'read_at'
  | 'expires_at'
>;

function cameIn({ at }: Place): Standing {
  const timestamp = new Date(at).toISOString();
  const never = { status_reason: null, sent_at: null, delivered_at: null, read_at: null, expires_at: null };
  return { ...never, status: 'received', provider_message_id: newRowId(), timestamp, created_at: timestamp };
}

function wentOut(random: Random, { at }: Place): Standing {
  const status = pick(random, OUTCOMES);
  const wasSent = status === 'delivered' || status === 'sent' || status === 'undelivered';
  const instant = (after: number): string => new Date(at + after).toISOString();
  return {
    status,
    status_reason: REASONS[status] ?? null,
    provider_message_id: wasSent ? newRowId() : null,
    timestamp: instant(0),
    created_at: instant(0),
    sent_at: wasSent ? instant(50) : null,
    delivered_at: status === 'delivered' ? instant(50 + Math.floor(random() * DELIVERY_MS)) : null,
    read_at: null,
    expires_at: instant(VALID_MS),
  };
}

/** Some customers are heard of often, most seldom. */
function customer(random: Random, type: Message['type']): string {
  const number = Math.floor(random() ** 2 * CUSTOMERS);
  return type === 'email' ? `customer${number}@people.test` : `+4915${100_000_000 + number}`;
}

function sentence(random: Random): string {
  const words = Array.from({ length: 8 + Math.floor(random() * 14) }, () => among(random, WORDS));
  words.splice(1 + Math.floor(random() * 6), 0, `order ${1_000_000 + Math.floor(random() * 9_000_000)}`);
  return `${words.join(' ')}.`;
}

function among<T>(random: Random, values: readonly [T, ...T[]] | readonly T[]): T {
  const value = values[Math.floor(random() ** 2 * values.length)];
  if (value === undefined) throw new Error('there is nothing to choose from');
  return value;
}

function pick<Name extends string>(random: Random, weights: Readonly<Record<Name, number>>): Name {
  const names = Object.keys(weights).filter((name): name is Name => name in weights);
  let left = random() * names.reduce((sum, name) => sum + weights[name], 0);
  const found = names.find((name) => (left -= weights[name]) < 0) ?? names[0];
  if (found === undefined) throw new Error('there is nothing to choose from');
  return found;
}
