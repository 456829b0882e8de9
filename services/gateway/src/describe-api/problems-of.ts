import { problem, PROBLEMS, type ProblemCode } from '@parley/contracts/http/problem';
import type { DescribedRoute } from './operation.ts';
import type { Json, SchemaWriter } from './write-schema.ts';

const KEYED: readonly ProblemCode[] = [
  'invalid_api_key',
  'insufficient_scope',
  'rate_limited',
  'unavailable',
];
const NAMED: readonly ProblemCode[] = ['not_found'];
const READ: readonly ProblemCode[] = [
  'body_too_large',
  'unsupported_media_type',
  'invalid_json',
  'validation_failed',
];
const ASKED: readonly ProblemCode[] = ['validation_failed'];
const REPEATABLE: readonly ProblemCode[] = [
  'invalid_idempotency_key',
  'idempotency_key_reused',
  'idempotency_in_progress',
];
const ANY: readonly ProblemCode[] = ['internal_error'];

/** Every problem that a route can answer: those of its kind and its own. */
export function problemsOf({ method, path, scope, docs }: DescribedRoute): Set<ProblemCode> {
  return new Set([
    ...(scope === null ? [] : KEYED),
    ...(path.includes(':') ? NAMED : []),
    ...(docs.body === undefined ? [] : READ),
    ...(docs.query === undefined && (scope === null || method === 'GET') ? [] : ASKED),
    ...(docs.idempotent === true ? REPEATABLE : []),
    ...(docs.problems ?? []),
    ...ANY,
  ]);
}

/** The responses of these problems, by status. */
export function problemResponses(codes: ReadonlySet<ProblemCode>, writer: SchemaWriter): Json {
  const byStatus = Map.groupBy([...codes].sort(byStatusThenName), (code) => PROBLEMS[code].status);
  return Object.fromEntries([...byStatus].map(([status, same]) => [status, response(same, writer)]));
}

function byStatusThenName(a: ProblemCode, b: ProblemCode): number {
  return PROBLEMS[a].status - PROBLEMS[b].status || (a < b ? -1 : 1);
}

function response(codes: readonly ProblemCode[], writer: SchemaWriter): Json {
  const these = { type: 'object', properties: { code: { enum: codes } }, additionalProperties: true };
  const schema = { allOf: [writer.write(problem, 'output'), these] };
  const examples = Object.fromEntries(codes.map((code) => [code, { value: example(code) }]));
  const retries = codes.some(
    (code) => [429, 503].includes(PROBLEMS[code].status) || code === 'idempotency_in_progress',
  );
  return {
    description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
    ...(retries ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    content: { 'application/problem+json': { schema, examples } },
  };
}

const RETRY_AFTER = { description: 'When to try again, s.', schema: { type: 'integer' } };

function example(code: ProblemCode): Json {
  const { status, title } = PROBLEMS[code];
  const detail = `${title}.`;
  return { type: 'about:blank', title, status, code, detail, trace_id: '4bf92f3577b34da6a3ce929d0e0e4736' };
}
