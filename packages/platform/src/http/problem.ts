import { PROBLEMS, type FieldError, type ProblemCode } from '@parley/contracts/http/problem';
import { QueueFull } from '../runtime/batcher.ts';
import { OutcomeUnknown, Unavailable } from '../runtime/unavailable.ts';
import type { HttpReply } from './route.ts';

export interface ProblemOptions {
  errors?: readonly FieldError[];
  headers?: Record<string, string>;
  /** Further members of the answer, for example `message_id`. */
  members?: Record<string, unknown>;
}

/** A refusal that the client should understand: thrown by handlers, answered as problem+json (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem';
  readonly code: ProblemCode;
  readonly options: ProblemOptions;

  /** `detail` says what is wrong with this request and what to do about it, for a person. */
  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail);
    this.code = code;
    this.options = options;
  }
}

const RETRY_AFTER_SECONDS = '1';

/** The problem that something thrown stands for; null when it is a fault of ours that says nothing to clients. */
export function problemOf(error: unknown): Problem | null {
  if (error instanceof Problem) return error;
  const headers = { 'retry-after': RETRY_AFTER_SECONDS };
  if (error instanceof QueueFull)
    return new Problem('unavailable', 'Too much is waiting; try again.', { headers });
  if (error instanceof Unavailable)
    return new Problem(
      'unavailable',
      error.detail ?? 'A part of the system is down; nothing was done. Try again.',
      {
        headers,
      },
    );
  if (error instanceof OutcomeUnknown)
    return new Problem(
      'outcome_unknown',
      'No answer in time; it may have been done. Ask before you repeat it.',
      {
        headers,
      },
    );
  return null;
}

/** The HTTP answer of a problem. */
export function problemReply(problem: Problem, traceId: string): HttpReply {
  const { status, title } = PROBLEMS[problem.code];
  const { errors, members, headers } = problem.options;
  return {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
    body: {
      type: 'about:blank',
      title,
      status,
      code: problem.code,
      detail: problem.message,
      ...(errors === undefined ? {} : { errors }),
      ...members,
      trace_id: traceId,
    },
    log: { result: problem.code },
  };
}
