import type { z } from 'zod';
import type { DescribedRoute, OperationBody, OperationReply } from './operation.ts';
import { problemResponses, problemsOf } from './problems-of.ts';
import { areaOf, AREAS, describeParameter, INTRODUCTION, SECURITY_SCHEMES, SIGNED } from './wording.ts';
import { schemaWriter, type Json, type SchemaWriter } from './write-schema.ts';

/** The OpenAPI 3.1 document of these routes. Throws for two operations, or two schemas, of one name. */
export function writeDocument(routes: readonly DescribedRoute[]): Json {
  const writer = schemaWriter();
  const paths: Record<string, Json> = {};
  const ids = new Set<string>();
  for (const route of routes) {
    if (ids.has(route.docs.id)) throw new Error(`two operations are called ${route.docs.id}`);
    ids.add(route.docs.id);
    const item = (paths[templateOf(route.path)] ??= {});
    item[route.method.toLowerCase()] = operation(route, writer);
  }
  const used = new Set(routes.map(({ path }) => areaOf(path)));
  return {
    openapi: '3.1.1',
    info: { title: 'Parley', version: 'v1', description: INTRODUCTION },
    servers: [{ url: '/' }],
    tags: AREAS.filter(({ name }) => used.has(name)),
    paths,
    components: { schemas: writer.components, securitySchemes: SECURITY_SCHEMES },
  };
}

/** An Express path as OpenAPI writes it. */
export function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, '{$1}');
}

function operation(route: DescribedRoute, writer: SchemaWriter): Json {
  const { path, docs } = route;
  return {
    operationId: docs.id,
    tags: [areaOf(path)],
    summary: docs.summary,
    ...(docs.description === undefined ? {} : { description: docs.description }),
    security: securityOf(route),
    parameters: [...pathParameters(path), ...headers(docs.idempotent), ...query(docs.query, writer)],
    ...(docs.body === undefined ? {} : { requestBody: requestBody(docs.body, writer) }),
    responses: {
      [docs.reply.status]: reply(docs.reply, writer, docs.idempotent),
      ...(docs.otherwise === undefined ? {} : { [docs.otherwise.status]: reply(docs.otherwise, writer) }),
      ...problemResponses(problemsOf(route), writer),
    },
  };
}

function securityOf({ path, scope }: DescribedRoute): Json[] {
  if (scope !== null) return [{ bearer: [scope] }, { header: [scope] }];
  return path.startsWith('/webhooks/') ? SIGNED.map((name) => ({ [name]: [] })) : [];
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/(\w[\w-]*)\/:(\w+)/g)].map(([, things = '', name = '']) => ({
    name,
    in: 'path',
    required: true,
    ...describeParameter(things, name),
  }));
}

function headers(idempotent = false): Json[] {
  if (!idempotent) return [];
  const description =
    'Makes it safe to repeat the request: the same key with the same request is answered as the first time. Up to ' +
    '255 printable characters, bare or quoted, such as `send_msg:order-1024`; kept for 24 hours.';
  const schema = { type: 'string', minLength: 1, maxLength: 257 };
  return [{ name: 'Idempotency-Key', in: 'header', description, schema }];
}

function query(parameters: z.ZodObject | undefined, writer: SchemaWriter): Json[] {
  return Object.entries(parameters?.shape ?? {}).map(([name, schema]) => {
    const { description, ...described } = writer.write(schema, 'output');
    return { name, in: 'query', ...(description === undefined ? {} : { description }), schema: described };
  });
}

function requestBody({ schema, optional = false, examples = {}, form }: OperationBody, writer: SchemaWriter) {
  const shown = Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
  const json = {
    schema: writer.write(schema, 'input'),
    ...(Object.keys(shown).length === 0 ? {} : { examples: shown }),
  };
  const asForm =
    form === undefined
      ? {}
      : { 'application/x-www-form-urlencoded': { schema: writer.write(form, 'input') } };
  return { required: !optional, content: { 'application/json': json, ...asForm } };
}

function reply({ is, schema, texts = [] }: OperationReply, writer: SchemaWriter, idempotent = false): Json {
  const content = {
    ...(schema === undefined ? {} : { 'application/json': { schema: writer.write(schema, 'output') } }),
    ...Object.fromEntries(texts.map((type) => [type, { schema: { type: 'string' } }])),
  };
  const replayed = { description: '`true` where it repeats an answer.', schema: { const: 'true' } };
  return {
    description: is,
    ...(idempotent ? { headers: { 'Idempotency-Replayed': replayed } } : {}),
    ...(Object.keys(content).length === 0 ? {} : { content }),
  };
}
