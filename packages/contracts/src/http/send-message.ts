import { z } from 'zod';
import { fitsType, parseAddress, type Address } from '../address.ts';
import { metadata } from '../message.ts';
import { messageType, type MessageType } from '../message-type.ts';
import { codePoints, text, time } from '../text.ts';

const MAX_SMS_CODE_POINTS = 1_600;
const MAX_LONG_BODY_BYTES = 200_000;
const MAX_METADATA_KEYS = 16;
/** A header line of an e-mail (RFC 5322 2.1.1), which a line break would end. */
const MAX_SUBJECT_CHARACTERS = 998;
const ONE_LINE = /^[^\r\n]*$/;

const address = text.transform((value, context): Address => {
  const parsed = parseAddress(value);
  if (parsed !== null) return parsed;
  context.addIssue({
    code: 'custom',
    message: 'is neither a phone number (E.164) nor an e-mail address nor a sender name',
  });
  return z.NEVER;
});

const fields = z.strictObject({
  type: messageType.exclude(['chat']).optional(),
  from: address,
  to: address,
  body: text.nullish(),
  subject: text.max(MAX_SUBJECT_CHARACTERS).regex(ONE_LINE, 'has a line break').nullish(),
  attachments: z.array(text.min(1)).nullish(),
  timestamp: time.nullish(),
  client_reference: text.min(1).max(255).nullish(),
  metadata: metadata
    .refine(
      (value) => Object.keys(value).length <= MAX_METADATA_KEYS,
      `has more than ${MAX_METADATA_KEYS} keys`,
    )
    .nullish(),
});
type Fields = z.infer<typeof fields>;

/** What `POST /v1/messages` takes, normalised: addresses in their stored form, absent things null. */
export interface SendMessageRequest {
  type: MessageType;
  from: string;
  to: string;
  subject: string | null;
  body: string | null;
  attachments: string[];
  timestamp: string | null;
  client_reference: string | null;
  metadata: z.infer<typeof metadata> | null;
}

/** The body of `POST /v1/messages`; unknown fields are refused. */
export const sendMessageRequest: z.ZodType<SendMessageRequest> = fields.transform((input, context) => {
  const type = input.type ?? inferType(input);
  for (const problem of [...misfits(input, type), ...contentProblems(input, type)])
    context.addIssue({ code: 'custom', path: [problem.field], message: problem.message });
  return {
    type,
    from: input.from.address,
    to: input.to.address,
    subject: input.subject ?? null,
    body: input.body ?? null,
    attachments: input.attachments ?? [],
    timestamp: input.timestamp ?? null,
    client_reference: input.client_reference ?? null,
    metadata: input.metadata ?? null,
  };
});

function inferType(input: Fields): MessageType {
  if (input.from.kind === 'email' && input.to.kind === 'email') return 'email';
  return input.attachments?.length ? 'mms' : 'sms';
}

interface Problem {
  field: keyof Fields;
  message: string;
}

function misfits(input: Fields, type: MessageType): Problem[] {
  return (['from', 'to'] as const)
    .filter((role) => !fitsType(input[role].kind, type, role))
    .map((role) => ({ field: role, message: `does not fit a message of type ${type}` }));
}

function contentProblems(input: Fields, type: MessageType): Problem[] {
  const body = input.body ?? '';
  if (body.trim() === '' && !input.attachments?.length)
    return [{ field: 'body', message: 'a message needs a body or an attachment' }];
  if (type === 'email')
    return Buffer.byteLength(body) > MAX_LONG_BODY_BYTES
      ? [{ field: 'body', message: `is longer than ${MAX_LONG_BODY_BYTES} bytes` }]
      : [];
  // UTF-16 units are never fewer than code points, so most texts need no counting.
  return body.length > MAX_SMS_CODE_POINTS && codePoints(body) > MAX_SMS_CODE_POINTS
    ? [{ field: 'body', message: `is longer than ${MAX_SMS_CODE_POINTS} characters` }]
    : [];
}
