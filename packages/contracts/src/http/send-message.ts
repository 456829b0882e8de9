import { z } from 'zod';
import { parseMessageId, type MessageId } from '../ids.ts';
import { metadata } from '../message.ts';
import { messageType, type MessageType } from '../message-type.ts';
import {
  MAX_RECIPIENTS,
  MAX_SCHEDULE_MS,
  MAX_VALID_FOR_S,
  category,
  priority,
  unknownPolicy,
  type Category,
  type Priority,
  type UnknownPolicy,
} from '../sending-choices.ts';
import { codePoints, text, time } from '../text.ts';
import { parseFields, type Parsed } from './field-errors.ts';
import { nameOfParty, party, type Party } from './party.ts';
import type { FieldError } from './problem.ts';

const MAX_SMS_CODE_POINTS = 1_600;
const MAX_LONG_BODY_BYTES = 200_000;
const MAX_METADATA_KEYS = 16;
/** A header line of an e-mail (RFC 5322 2.1.1), which a line break would end. */
const MAX_SUBJECT_CHARACTERS = 998;
const MAX_ATTACHMENTS = 50;
const MAX_ATTACHMENT_CHARACTERS = 2_048;
const ONE_LINE = /^[^\r\n]*$/;

/** What is wrong with an `in_reply_to` that names nothing. */
export const NO_SUCH_MESSAGE = 'names no message of this account';

const parent = text.transform((value, context): MessageId => {
  const id = parseMessageId(value);
  if (id !== null) return id;
  context.addIssue({ code: 'custom', message: NO_SUCH_MESSAGE });
  return z.NEVER;
});

const fields = {
  type: messageType.nullish().describe('Taken from the addresses where it is absent.'),
  from: party,
  body: text.nullish(),
  subject: text.max(MAX_SUBJECT_CHARACTERS).regex(ONE_LINE, 'has a line break').nullish(),
  attachments: z.array(text.min(1).max(MAX_ATTACHMENT_CHARACTERS)).max(MAX_ATTACHMENTS).nullish(),
  timestamp: time.nullish().describe('The own time of the message; default: when it is accepted.'),
  in_reply_to: parent.nullish().describe('A message, into whose conversation this one goes.'),
  send_at: time.nullish().describe('When to send it, up to 35 days ahead; default: now.'),
  valid_for: z.int().min(1).max(MAX_VALID_FOR_S).nullish().describe('How long it may wait, s; default 4 h.'),
  on_unknown_outcome: unknownPolicy.nullish().describe('What to do when nobody knows whether it was sent.'),
  priority: priority.nullish().describe('`high` waits behind nothing that is `normal`.'),
  category: category
    .nullish()
    .describe(
      '`marketing` e-mail can be unsubscribed from by one click (RFC 8058); default `transactional`.',
    ),
  client_reference: text.min(1).max(255).nullish(),
  metadata: metadata
    .refine(
      (value) => Object.keys(value).length <= MAX_METADATA_KEYS,
      `has more than ${MAX_METADATA_KEYS} keys`,
    )
    .nullish(),
};
const toOne = z.strictObject({ ...fields, to: party });
const toMany = z.strictObject({ ...fields, to: z.array(party).min(1).max(MAX_RECIPIENTS) });

/** The body of `POST /v1/messages` in one. */
export const messageToSend = toOne
  .extend({ to: z.union([toOne.shape.to, toMany.shape.to]) })
  .meta({ id: 'MessageToSend' });

/** A message to send, read field by field. What its type is may depend on who is a user. */
export type MessageDraft = z.infer<typeof toOne> | z.infer<typeof toMany>;

/** A message to send, normalised: addresses in their stored form, absent things null. */
export interface SendMessageRequest {
  type: MessageType;
  from: string;
  /** All different. */
  to: string[];
  subject: string | null;
  body: string | null;
  attachments: string[];
  timestamp: string | null;
  in_reply_to: MessageId | null;
  send_at: string | null;
  /** s. */
  valid_for: number | null;
  on_unknown_outcome: UnknownPolicy | null;
  priority: Priority;
  category: Category;
  client_reference: string | null;
  metadata: z.infer<typeof metadata> | null;
}

/** Whether a body to send names its recipients as a list, and is to be answered by one. */
export function isToMany(input: unknown): input is { to: unknown[] } {
  return typeof input === 'object' && input !== null && 'to' in input && Array.isArray(input.to);
}

/** Reads what `POST /v1/messages` takes; unknown fields are refused. */
export function readDraft(input: unknown): Parsed<MessageDraft> {
  return isToMany(input) ? parseFields(toMany, input) : parseFields(toOne, input);
}

/** The names on which the type depends: if all of them are users, it is chat. Empty when it is clear without. */
export function undecidedNames({ type, from, to }: MessageDraft): string[] {
  if (type) return [];
  const names = [from, ...partiesOf(to)].map((one) => one.user_name);
  return names.every((name) => name !== null) ? [...new Set(names)] : [];
}

/** What deciding on a draft needs besides the draft. */
export interface DraftFacts {
  /** Those of its undecided names that are users. */
  users: ReadonlySet<string>;
  /** Epoch ms. */
  now: number;
}

/** Makes a draft what it is to be, or tells everything that keeps it from being so. */
export function finishDraft(draft: MessageDraft, { users, now }: DraftFacts): Parsed<SendMessageRequest> {
  const type = draft.type ?? inferType(draft, users);
  const from = nameOfParty(draft.from, type, 'from');
  const to = partiesOf(draft.to).map((one) => nameOfParty(one, type, 'to'));
  const known = to.filter((name) => name !== null);
  const errors = [
    ...misfits(draft, { type, from, to, users }),
    ...contentProblems(draft, type),
    ...scheduleProblems(draft, now),
  ];
  if (errors.length > 0 || from === null) return { ok: false, errors };
  return { ok: true, value: { type, from, to: known, ...optional(draft) } };
}

function partiesOf(to: MessageDraft['to']): readonly Party[] {
  return Array.isArray(to) ? to : [to];
}

function optional(draft: MessageDraft): Omit<SendMessageRequest, 'type' | 'from' | 'to'> {
  return {
    subject: draft.subject ?? null,
    body: draft.body ?? null,
    attachments: draft.attachments ?? [],
    timestamp: draft.timestamp ?? null,
    in_reply_to: draft.in_reply_to ?? null,
    send_at: draft.send_at ?? null,
    valid_for: draft.valid_for ?? null,
    on_unknown_outcome: draft.on_unknown_outcome ?? null,
    priority: draft.priority ?? 'normal',
    category: draft.category ?? 'transactional',
    client_reference: draft.client_reference ?? null,
    metadata: draft.metadata ?? null,
  };
}

function inferType(draft: MessageDraft, users: DraftFacts['users']): MessageType {
  const { from, to, attachments } = draft;
  if ([from, ...partiesOf(to)].every(({ address }) => address?.kind === 'email')) return 'email';
  const names = undecidedNames(draft);
  if (names.length > 0 && names.every((name) => users.has(name))) return 'chat';
  return attachments?.length ? 'mms' : 'sms';
}

interface Named {
  type: MessageType;
  from: string | null;
  to: readonly (string | null)[];
  users: DraftFacts['users'];
}

function misfits(draft: MessageDraft, { type, from, to, users }: Named): FieldError[] {
  const why = ({ user_name }: Party): string => {
    if (user_name === null || !undecidedNames(draft).includes(user_name))
      return `does not fit a message of type ${type}`;
    return users.has(user_name)
      ? 'is the name of a user, whom only users can write to by name: not all of the others are'
      : 'is neither a phone number nor an e-mail address nor the name of a user';
  };
  const errors = from === null ? [{ pointer: '#/from', detail: why(draft.from) }] : [];
  for (const [index, one] of partiesOf(draft.to).entries()) {
    const name = to[index] ?? null;
    const pointer = Array.isArray(draft.to) ? `#/to/${index}` : '#/to';
    const first = to.indexOf(name);
    if (name === null) errors.push({ pointer, detail: why(one) });
    else if (first < index) errors.push({ pointer, detail: `is the same recipient as #/to/${first}` });
  }
  return errors;
}

function contentProblems({ body, attachments }: MessageDraft, type: MessageType): FieldError[] {
  const said = body ?? '';
  if (said.trim() === '' && !attachments?.length) return wrong('body', 'is needed, or an attachment');
  if (type === 'email' || type === 'chat')
    return Buffer.byteLength(said) > MAX_LONG_BODY_BYTES
      ? wrong('body', `is longer than ${MAX_LONG_BODY_BYTES} bytes`)
      : [];
  // UTF-16 units are never fewer than code points, so most texts need no counting.
  return said.length > MAX_SMS_CODE_POINTS && codePoints(said) > MAX_SMS_CODE_POINTS
    ? wrong('body', `is longer than ${MAX_SMS_CODE_POINTS} characters`)
    : [];
}

function scheduleProblems({ send_at }: MessageDraft, now: number): FieldError[] {
  if (!send_at || Date.parse(send_at) - now <= MAX_SCHEDULE_MS) return [];
  return wrong('send_at', `is more than ${MAX_SCHEDULE_MS / 86_400_000} days ahead`);
}

function wrong(field: keyof MessageDraft, detail: string): FieldError[] {
  return [{ pointer: `#/${field}`, detail }];
}
