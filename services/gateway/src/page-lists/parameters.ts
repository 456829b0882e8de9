import { z } from 'zod';
import type { KeyedHandler } from '../authenticate/authenticate.ts';
import { invalid, readFields } from '../read-fields.ts';

/**
 * Reads a query string with a strict schema of texts. Throws a `validation_failed` problem for a parameter that is
 * unknown, given twice or not valid.
 */
export function readParameters<T>(schema: z.ZodType<T>, query: URLSearchParams): T {
  const repeated = [...new Set(query.keys())].filter((name) => query.getAll(name).length > 1);
  if (repeated.length > 0)
    throw invalid(repeated.map((name) => ({ pointer: `#/${name}`, detail: 'is given more than once' })));
  return readFields(schema, Object.fromEntries(query));
}

const none = z.strictObject({});

/** Refuses requests with a query, which what changes something never has. */
export function withoutQuery(handle: KeyedHandler): KeyedHandler {
  return async (request, caller) => {
    readParameters(none, request.query);
    return handle(request, caller);
  };
}

const WHOLE_NUMBER = /^\d{1,9}$/;

/** A whole number from 1 to `max`, as text. */
export function wholeNumber(max: number) {
  const message = `must be a whole number from 1 to ${max}`;
  return z
    .string()
    .regex(WHOLE_NUMBER, message)
    .transform(Number)
    .pipe(z.int().min(1, message).max(max, message))
    .optional();
}

const MAX_LIMIT = 200;
const MAX_PER_PAGE = 100;
const MAX_PAGE = 999_999_999;

/** The parameters that every list takes. */
export const pagingParameters = {
  cursor: z.string().optional().describe('`next_cursor` of the page before; fits the same filters only.'),
  limit: wholeNumber(MAX_LIMIT).describe('Most on a page; default 50.'),
  page: wholeNumber(MAX_PAGE).describe('The number of a page, from 1; not together with a cursor.'),
  per_page: wholeNumber(MAX_PER_PAGE).describe('Most on a numbered page; default 20.'),
};

/** How a list is to be cut, as the client wrote it. */
export interface Paging {
  cursor?: string | undefined;
  limit?: number | undefined;
  page?: number | undefined;
  per_page?: number | undefined;
}

/** A comma list of at most `max` values. */
export function listOfUpTo(max: number) {
  return z
    .string()
    .refine((value) => (commaList(value) ?? []).length <= max, `must be at most ${max} values`)
    .optional();
}

/** A comma list, empty entries left out; null when nothing is left. */
export function commaList(value: string | undefined): string[] | null {
  const entries = (value ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  return entries.length === 0 ? null : entries;
}
