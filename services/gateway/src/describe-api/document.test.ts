import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { answerChecker, schemaReader } from '@parley/testkit';
import { Validator } from '@seriousme/openapi-schema-validator';
import { z } from 'zod';
import { seededGateway } from '../testing/seeded-gateway.ts';
import { testKey } from '../testing/test-keys.ts';

/** The rarest first: no other route is asked by them. */
const METHODS = ['PUT', 'PATCH', 'POST', 'DELETE', 'GET'];
const anyObject = z.record(z.string(), z.unknown());
const examples = z.record(z.string(), z.object({ value: z.unknown() }));
const admin = testKey('admin', ['admin']);

let document: Record<string, unknown>;

const { gateway, close } = await seededGateway({ api_keys: [admin.row] });

beforeAll(async () => {
  document = (await gateway.call('/openapi.json')).body;
});
afterAll(close);

const operations = z.record(
  z.string(),
  z.object({
    operationId: z.string(),
    security: z.array(z.unknown()),
    requestBody: z
      .object({
        content: z.record(z.string(), z.object({ schema: anyObject, examples: examples.default({}) })),
      })
      .optional(),
  }),
);
const paths = () => z.object({ paths: z.record(z.string(), operations) }).parse(document).paths;

/** A path that its template describes, naming nothing that is there. */
const filled = (template: string) => template.replaceAll(/\{\w+\}/g, 'nothing');

describe('the document', () => {
  test('is valid OpenAPI 3.1', async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(structuredClone(document));
    expect({ valid, errors, version: validator.version }).toEqual({
      valid: true,
      errors: undefined,
      version: '3.1',
    });
  });

  test('has every schema that it refers to, and no other', () => {
    const wanted = JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g);
    const { components } = z.object({ components: z.object({ schemas: anyObject }) }).parse(document);
    expect(Object.keys(components.schemas).sort()).toEqual(
      [...new Set([...wanted].map(([, id]) => id))].sort(),
    );
  });

  test('tells which routes need no key', () => {
    const open = Object.entries(paths()).filter(([, methods]) =>
      Object.values(methods).some(({ security }) => security.length === 0),
    );
    const operations = ['/health', '/health/live', '/health/ready', '/metrics'];
    const own = ['/docs', '/docs/{file}', '/openapi.json', '/u/{token}'];
    expect(open.map(([path]) => path).sort()).toEqual([...own, ...operations].sort());
  });

  test('names the problems of each route, so that any other is caught', () => {
    const check = answerChecker(document);
    const answered = (code: string) => () =>
      check('GET', '/v1/users', {
        status: 422,
        contentType: 'application/problem+json',
        text: JSON.stringify({ type: 'about:blank', title: '', status: 422, code, detail: '', trace_id: '' }),
      });
    expect(answered('validation_failed')).not.toThrow();
    expect(answered('unknown_user')).toThrow('listUsers answers 422 otherwise than documented');
  });

  test('gives examples that are as it says', () => {
    const read = schemaReader(document);
    const wrong = Object.values(paths())
      .flatMap((methods) => Object.values(methods))
      .flatMap(({ operationId, requestBody }) =>
        Object.values(requestBody?.content ?? {}).flatMap(({ schema, examples }) =>
          Object.entries(examples)
            .map(([name, { value }]) => ({ operationId, name, error: read(schema).safeParse(value).error }))
            .filter(({ error }) => error !== undefined),
        ),
      );
    expect(wrong).toEqual([]);
    const { schemas } = z.object({ schemas: z.record(z.string(), anyObject) }).parse(document['components']);
    const unfit = Object.entries(schemas)
      .filter(([, { examples: given = [], ...schema }]) => !z.array(read(schema)).safeParse(given).success)
      .map(([id]) => id);
    expect(unfit).toEqual([]);
  });
});

describe('the gateway', () => {
  test('has every documented route, and no method besides', async () => {
    for (const [template, methods] of Object.entries(paths())) {
      const documented = METHODS.filter((method) => method.toLowerCase() in methods).sort();
      const other = METHODS.find((method) => !documented.includes(method)) ?? '';
      const { status, headers } = await gateway.call(filled(template), { method: other });
      const allowed = headers.get('allow')?.split(', ').sort();
      expect({ template, status, allowed }).toEqual({ template, status: 405, allowed: documented });
    }
  });

  test('serves the viewer itself, and everything that it asks for', async () => {
    const page = await gateway.call('/docs');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    const wanted = [...page.text.matchAll(/(?:href|src)="(\/[^"]+)"/g)].map(([, path = '']) => path);
    expect(wanted.length).toBeGreaterThan(0);
    for (const path of wanted) expect([path, (await gateway.call(path)).status]).toEqual([path, 200]);
    expect(page.text).not.toContain('://');
    expect((await gateway.call('/docs/package.json')).status).toBe(404);
  });
});
