import type { z } from 'zod';
import type { FieldError } from './problem.ts';

/** The outcome of reading someone's input: the value, or everything that is wrong with it. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; errors: FieldError[] };

/**
 * Reads input with a schema and, where it does not fit, tells every error with its pointer (RFC 6901 in URI
 * fragment form, `#/to`).
 */
export function parseFields<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const result = schema.safeParse(input, { reportInput: true });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, errors: result.error.issues.flatMap(fieldErrors) };
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      detail: 'is not a known field',
    }));
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  const detail = missing ? 'is required' : issue.message.replace(/^(Invalid input|Too small|Too big): /, '');
  return [{ pointer: pointerTo(issue.path), detail }];
}

function pointerTo(path: readonly PropertyKey[]): string {
  return ['#', ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}
