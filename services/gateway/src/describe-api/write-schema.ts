import { z } from 'zod';

/** A part of the document. */
export type Json = Record<string, unknown>;

/** Turns zod schemas into JSON Schema; those with an `id` in their metadata become components. */
export interface SchemaWriter {
  /** All components so far, by id. */
  components: Json;
  /** `input` is what a client may send, `output` what it gets. Throws for two schemas with one id. */
  write(schema: z.ZodType, io: 'input' | 'output'): Json;
}

const object = z.record(z.string(), z.unknown());
const written = z.object({ $defs: object.default({}), properties: z.object({ root: object }) });

/** A writer with no components yet. */
export function schemaWriter(): SchemaWriter {
  const components: Json = {};
  const known = { input: new Map<z.ZodType, Json>(), output: new Map<z.ZodType, Json>() };
  const write = (schema: z.ZodType, io: 'input' | 'output') => {
    // Inside something else, a schema with an id of its own becomes a component too.
    const json = z.toJSONSchema(z.object({ root: schema }), {
      io,
      unrepresentable: 'any',
      override: ({ jsonSchema }) => simplify(jsonSchema, io),
    });
    const text = JSON.stringify(json).replaceAll('"#/$defs/', '"#/components/schemas/');
    const { $defs, properties } = written.parse(JSON.parse(text));
    for (const [id, component] of Object.entries($defs)) keep(components, id, component);
    return properties.root;
  };
  const writeOnce: SchemaWriter['write'] = (schema, io) => {
    const json = known[io].get(schema) ?? write(schema, io);
    known[io].set(schema, json);
    return json;
  };
  return { components, write: writeOnce };
}

/** Leaves out what says nothing: the pattern of a format, the bounds of every integer. What is answered may gain fields. */
function simplify(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties;
  delete schema['id'];
}

function keep(components: Json, id: string, component: unknown): void {
  const known = components[id];
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(component))
    throw new Error(`two schemas are called ${id}`);
  components[id] = component;
}
