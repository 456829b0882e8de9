import { z } from 'zod';

/** One thing wrong with a request: where (JSON pointer) and what, in words for a person. */
export const fieldError = z
  .object({
    pointer: z.string().describe('Where: a JSON pointer (RFC 6901) in URI fragment form.'),
    detail: z.string(),
  })
  .meta({ id: 'FieldError' });
export type FieldError = z.infer<typeof fieldError>;

/** Every stable problem code with its HTTP status and title (RFC 9457). */
export const PROBLEMS = {
  invalid_request: { status: 400, title: 'The request is not HTTP as it should be' },
  invalid_json: { status: 400, title: 'The body is not JSON' },
  invalid_idempotency_key: { status: 400, title: 'The Idempotency-Key cannot be used' },
  sender_not_allowed: { status: 400, title: 'The sender is not allowed' },
  blocked_keyword: { status: 400, title: 'The text contains a blocked word' },
  recipient_opted_out: { status: 400, title: 'The recipient has opted out' },
  invalid_api_key: { status: 401, title: 'The API key is missing or not valid' },
  invalid_signature: { status: 401, title: 'The signature is missing or does not fit' },
  insufficient_scope: { status: 403, title: 'The API key may not do this' },
  not_friends: { status: 403, title: 'They are no friends' },
  not_found: { status: 404, title: 'There is no such thing here' },
  method_not_allowed: { status: 405, title: 'This method is not supported here' },
  request_timeout: { status: 408, title: 'The request took too long to arrive' },
  not_cancelable: { status: 409, title: 'The message cannot be canceled any more' },
  conflict: { status: 409, title: 'It is not possible as things stand' },
  idempotency_in_progress: { status: 409, title: 'A request with this Idempotency-Key is still running' },
  body_too_large: { status: 413, title: 'The body is too large' },
  unsupported_media_type: { status: 415, title: 'The content type is not supported' },
  expectation_failed: { status: 417, title: 'The expectation cannot be met' },
  unknown_user: { status: 422, title: 'There is no such user' },
  validation_failed: { status: 422, title: 'The request is not valid' },
  idempotency_key_reused: { status: 422, title: 'The Idempotency-Key was used for another request' },
  rate_limited: { status: 429, title: 'The API key is used too often' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal_error: { status: 500, title: 'Something went wrong on our side' },
  unavailable: { status: 503, title: 'Not available right now; nothing was done' },
  outcome_unknown: { status: 503, title: 'Not known yet whether it was accepted' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

/** A refusal as it is answered (RFC 9457). */
export const problem = z
  .looseObject({
    type: z.literal('about:blank'),
    title: z.string(),
    status: z.int(),
    /** Stable: what programs go by. */
    code: z.string(),
    detail: z.string().describe('What is wrong with this request and what to do about it, for a person.'),
    errors: z.array(fieldError).optional().describe('Everything that is wrong with the fields.'),
    message_id: z.string().optional().describe('With `outcome_unknown`: the message to ask for.'),
    message_ids: z.array(z.unknown()).optional().describe('With `outcome_unknown`: all messages to ask for.'),
    trace_id: z.string().describe('Finds the request in logs and traces.'),
  })
  .meta({ id: 'Problem' });
