import { parseFields } from '@parley/contracts/http/field-errors';
import type { FieldError } from '@parley/contracts/http/problem';
import { parseJson, Problem, requireJsonType, type HttpRequest } from '@parley/platform/http';
import { z } from 'zod';

/** Most bytes of a JSON body. */
export const MAX_BODY_BYTES = 256_000;

/** Reads a body or a query with its schema; throws a `validation_failed` problem that names every error. */
export function readFields<T>(schema: z.ZodType<T>, input: unknown): T {
  const parsed = parseFields(schema, input);
  if (parsed.ok) return parsed.value;
  throw invalid(parsed.errors);
}

const nothing = z.strictObject({});

/** Reads the body of an act that takes none: it may be left out, or be an object without members. */
export async function readNothing(request: HttpRequest): Promise<void> {
  const bytes = await request.readBody(MAX_BODY_BYTES);
  requireJsonType(request);
  if (bytes.length > 0) readFields(nothing, parseJson(bytes));
}

/** The problem of input that can be read but not used. */
export function invalid(errors: readonly FieldError[]): Problem {
  const [first] = errors;
  const detail =
    errors.length === 1 && first !== undefined
      ? `${first.pointer}: ${first.detail}`
      : `${errors.length} things are not valid; "errors" names them all.`;
  return new Problem('validation_failed', detail, { errors });
}

/** The problem of an id that names nothing of the caller's account, whatever the reason. */
export function notFound(what: string): Problem {
  return new Problem('not_found', `There is no such ${what} in this account.`);
}
