import { z } from 'zod';

/** What must never be seen again: a number, an address, and a secret that is nobody's. */
export const CANARY = {
  number: '+15557770199',
  mail: 'canary.person@mail.example',
  secret: 'canarySecret7Zq',
} as const;

/** Every way to find a canary in a text: the number also without its plus, the address by what stands before its @. */
export const TRACKS = ['15557770199', 'canary.person', CANARY.secret];

const media = z.object({ examples: z.record(z.string(), z.object({ value: z.unknown() })).default({}) });
const operation = z.object({
  parameters: z.array(z.object({ name: z.string(), in: z.string() })).default([]),
  requestBody: z.object({ content: z.record(z.string(), media) }).optional(),
});
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) });

/** One request with canaries wherever its caller can put them. */
export interface CanaryRequest {
  method: string;
  path: string;
  body?: unknown;
}

/**
 * The requests that walk an OpenAPI document: each operation with each of its examples, and once with a body that is
 * none, all addresses in them replaced; parameters of path and query are canaries.
 */
export function canaryRequests(openapi: unknown): CanaryRequest[] {
  return Object.entries(document.parse(openapi).paths).flatMap(([template, item]) =>
    Object.entries(item).flatMap(([method, { parameters, requestBody }]) => {
      const path = template.replaceAll(/\{\w+\}/g, encodeURIComponent(CANARY.number)) + queryOf(parameters);
      const verb = method.toUpperCase();
      if (requestBody === undefined) return [{ method: verb, path }];
      const examples = Object.values(requestBody.content).flatMap((one) => Object.values(one.examples));
      const bodies = [
        ...examples.map(({ value }) => withCanaries(value)),
        NONSENSE,
        `{"to": "${CANARY.number}"`,
      ];
      return bodies.map((body) => ({ method: verb, path, body }));
    }),
  );
}

/** Fields that no operation has, and known ones of a wrong type. */
const NONSENSE = { [CANARY.mail]: CANARY.secret, from: [CANARY.number], to: { mail: CANARY.mail }, body: 7 };

function queryOf(parameters: readonly { name: string; in: string }[]): string {
  const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
  if (names.length === 0) return '';
  const values = names.map((name) => [name, name === 'q' ? CANARY.mail : CANARY.number] as const);
  return `?${new URLSearchParams(Object.fromEntries(values)).toString()}`;
}

const ADDRESS = /^\+?\d{7,15}$|@/;
const SECRET = /token|secret|password/;

function withCanaries(value: unknown, name = ''): unknown {
  if (Array.isArray(value)) return value.map((one) => withCanaries(one, name));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withCanaries(inner, key)]));
  if (typeof value !== 'string') return value;
  if (SECRET.test(name)) return CANARY.secret;
  if (!ADDRESS.test(value)) return value;
  return value.includes('@') ? CANARY.mail : CANARY.number;
}
