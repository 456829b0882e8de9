import type { ProblemCode } from '@parley/contracts/http/problem';
import type { Scope } from '@parley/contracts/scope';
import type { Route } from '@parley/platform/http';
import { z } from 'zod';

/** What a route tells of itself: the schemas are those that it reads with and answers by. */
export interface Operation {
  /** Names it, as one word; no two have the same. */
  id: string;
  /** What it does, in one line. */
  summary: string;
  /** What one has to know besides, in Markdown. */
  description?: string;
  query?: z.ZodObject;
  body?: OperationBody;
  /** Whether it takes the header Idempotency-Key. */
  idempotent?: boolean;
  reply: OperationReply;
  /** What it answers otherwise, where that is no problem. */
  otherwise?: OperationReply;
  /** What it can refuse for reasons of its own; what every route of its kind refuses is known. */
  problems?: readonly ProblemCode[];
}

export interface OperationBody {
  schema: z.ZodType;
  /** Whether it may be left out. */
  optional?: boolean;
  /** By what they show. */
  examples?: Readonly<Record<string, unknown>>;
  /** The same as a form, where that is taken too. */
  form?: z.ZodType;
}

export interface OperationReply {
  status: 200 | 201 | 202 | 204 | 503;
  /** What is answered, in a few words. */
  is: string;
  /** Of JSON; absent where it answers none. */
  schema?: z.ZodType;
  /** Content types that it answers besides JSON. */
  texts?: readonly string[];
}

/** A route as it is served and described; without a scope it needs no key. */
export interface DescribedRoute extends Route {
  scope: Scope | null;
  docs: Operation;
}

/** The answer of a list, in either style. */
export function listOf(item: z.ZodType): z.ZodType {
  const data = z.array(item);
  const has_more = z.boolean().describe('Whether there is a next page, however many are on this one.');
  const byCursor = z.object({ data, next_cursor: z.string().nullable(), has_more });
  const meta = z.object({ total: z.int(), page: z.int(), per_page: z.int(), pages: z.int() });
  return z.union([
    byCursor.meta({ title: 'By cursor' }),
    z.object({ data, meta }).meta({ title: 'By number' }),
  ]);
}

/** The answer of a route that removes something. */
export const GONE: OperationReply = { status: 204, is: 'Done.' };

/** The body of an act that takes none. */
export const NO_BODY: OperationBody = { schema: z.strictObject({}), optional: true };
