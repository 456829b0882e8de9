import type { z } from 'zod';
import type { FieldError } from './problem.ts';
import { sayIssue } from './say-issue.ts';

/** The outcome of reading someone's input: the value, or everything that is wrong with it. */
export type Parsed<T> = { ok: true; value: T } | { ok: false; errors: FieldError[] };

/**
 * Reads input with a schema and, where it does not fit, tells what is wrong with each value, with its pointer (RFC 6901
 * in URI fragment form, `#/to`).
 */
export function parseFields<T>(schema: z.ZodType<T>, input: unknown): Parsed<T> {
  const result = schema.safeParse(input, { reportInput: true });
  return result.success
    ? { ok: true, value: result.data }
    : { ok: false, errors: onePerPointer(result.error.issues.flatMap(fieldErrors)) };
}

function fieldErrors(issue: z.core.$ZodIssue): FieldError[] {
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      pointer: pointerTo([...issue.path, key]),
      detail: 'is not a known field',
    }));
  return [{ pointer: pointerTo(issue.path), detail: sayIssue(issue) }];
}

/** What breaks one rule of a value often breaks the next one too. */
function onePerPointer(errors: readonly FieldError[]): FieldError[] {
  const firsts = new Map<string, FieldError>();
  for (const error of errors) if (!firsts.has(error.pointer)) firsts.set(error.pointer, error);
  return [...firsts.values()];
}

function pointerTo(path: readonly PropertyKey[]): string {
  return ['#', ...path.map((part) => String(part).replaceAll('~', '~0').replaceAll('/', '~1'))].join('/');
}
