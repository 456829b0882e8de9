import { z } from 'zod';

const object = z.record(z.string(), z.unknown());
const content = z.record(z.string(), z.object({ schema: object }));
const operation = z.object({
  operationId: z.string(),
  requestBody: z.object({ content }).optional(),
  responses: z.record(z.string(), z.object({ content: content.default({}) })),
});
const document = z.object({
  paths: z.record(z.string(), z.record(z.string(), operation)),
  components: z.object({ schemas: object }),
});
type Operation = z.infer<typeof operation>;

/** An answer as far as a document describes it. */
interface Answer {
  /** What it answers: the body of the request, a text that is no JSON left out. */
  asked?: unknown;
  status: number;
  contentType: string | null;
  text: string;
}

/** Throws an error that says what of an answer the API's own document does not describe. */
export type CheckAnswer = (method: string, target: string, answer: Answer) => void;

/** Makes a schema of one that stands in the document. */
export type SchemaReader = (schema: Record<string, unknown>) => z.ZodType;

/** Reads the schemas of a document. */
export function schemaReader(json: unknown): SchemaReader {
  const { components } = document.parse(json);
  const known = new Map<object, z.ZodType>();
  return (schema) => {
    const made = known.get(schema) ?? z.fromJSONSchema(toDefs({ ...schema, $defs: components.schemas }));
    known.set(schema, made);
    return made;
  };
}

/** Holds every answer against a document, in which objects have no more fields than it says. */
export function answerChecker(json: unknown): CheckAnswer {
  const whole = document.parse(JSON.parse(JSON.stringify(json, closed)));
  const read = schemaReader(whole);
  const templates = Object.entries(whole.paths).map(([template, methods]) => ({
    pattern: new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`),
    methods,
  }));
  return (method, target, answer) => {
    const [path = ''] = target.split('?');
    const name = method.toLowerCase();
    const [found] = templates.flatMap(({ pattern, methods }) =>
      methods[name] !== undefined && pattern.test(path) ? [methods[name]] : [],
    );
    if (found === undefined) return refuseUndocumented(`${method} ${path}`, answer.status);
    checkAsked(found, answer, read);
    checkContent(found, answer, read);
  };
}

function refuseUndocumented(request: string, status: number): void {
  if (status !== 404 && status !== 405) throw new Error(`${request} is not documented and answers ${status}`);
}

/** What was taken has to be what is said to be taken. */
function checkAsked({ operationId, requestBody }: Operation, answer: Answer, read: SchemaReader): void {
  const described = requestBody?.content['application/json'];
  if (answer.status >= 300 || answer.asked === undefined || described === undefined) return;
  const { error } = read(described.schema).safeParse(answer.asked);
  if (error !== undefined)
    throw new Error(`${operationId} takes what it is not documented to take: ${error.message}`);
}

function checkContent(
  { operationId, responses }: Operation,
  { status, contentType, text }: Answer,
  read: SchemaReader,
): void {
  const response = responses[status];
  if (response === undefined) throw new Error(`${operationId} answers ${status}, which is not documented`);
  const type = contentType?.split(';')[0] ?? '';
  const described = response.content[type];
  if (described === undefined) {
    if (text === '' && Object.keys(response.content).length === 0) return;
    throw new Error(`${operationId} answers ${status} as "${type}", which is not documented`);
  }
  if (!type.endsWith('json')) return;
  const { error } = read(described.schema).safeParse(JSON.parse(text));
  if (error !== undefined)
    throw new Error(`${operationId} answers ${status} otherwise than documented: ${error.message}\n${text}`);
}

function closed(_: string, value: unknown): unknown {
  const { success, data } = object.safeParse(value);
  if (!success || data['type'] !== 'object' || !('properties' in data) || 'additionalProperties' in data)
    return value;
  return { ...data, additionalProperties: false };
}

function toDefs(schema: Record<string, unknown>): Record<string, unknown> {
  return object.parse(JSON.parse(JSON.stringify(schema).replaceAll('#/components/schemas/', '#/$defs/')));
}
