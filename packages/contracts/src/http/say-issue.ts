import type { z } from 'zod';

const DEFAULT = /^(Invalid|Too small|Too big)\b/;
const KINDS: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};
const UNITS: Record<string, string> = { string: 'characters', array: 'entries' };

/** What is wrong with a value, in words for a person; a schema's own words go first. */
export function sayIssue(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_key')
    return `has a name that ${issue.issues.map(({ message }) => message).join(' and ')}`;
  if (!DEFAULT.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined ? 'is required' : `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return `must be ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`;
    case 'too_big':
      return sayBound(issue, { over: true, bound: issue.maximum });
    case 'too_small':
      return sayBound(issue, { over: false, bound: issue.minimum });
    default:
      return issue.message.replace(/^Invalid input: /, '');
  }
}

function sayBound(
  { origin, inclusive = true }: { origin: string; inclusive?: boolean | undefined },
  { over, bound }: { over: boolean; bound: number | bigint },
): string {
  const unit = UNITS[origin];
  if (unit !== undefined)
    return !over && bound === 1 ? 'is empty' : `has ${over ? 'more' : 'fewer'} than ${bound} ${unit}`;
  if (inclusive) return `is ${over ? 'more' : 'less'} than ${bound}`;
  return `must be ${over ? 'less' : 'more'} than ${bound}`;
}
