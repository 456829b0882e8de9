import { parseFields } from '@parley/contracts/http/field-errors';
import type { z } from 'zod';
import type { Route } from '../http/door.ts';
import { readBody, readJson } from '../http/read-body.ts';
import { problem, type Reply } from '../http/reply.ts';

const MAX_BODY_BYTES = 1_000_000;

/** A route that takes JSON of this schema; anything else is answered with a problem. */
export function withBody<T>(schema: z.ZodType<T>, handle: (input: T) => Promise<Reply> | Reply): Route {
  return async (request) => {
    const body = await readBody(request, MAX_BODY_BYTES);
    if (body === null) return problem('body_too_large', `more than ${MAX_BODY_BYTES} bytes`);
    const value = readJson(body);
    if (value === undefined) return problem('invalid_json', 'send a JSON object');
    const parsed = parseFields(schema, value);
    return parsed.ok ? handle(parsed.value) : problem('validation_failed', 'see errors', parsed.errors);
  };
}
