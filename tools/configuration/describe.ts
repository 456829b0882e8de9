import { z } from 'zod';

/** A variable of the environment, as its schema tells of it. */
export interface Variable {
  name: string;
  /** As it would be written in the environment; null when there is none. */
  standard: string | null;
  isRequired: boolean;
  meaning: string;
}

/** The variables of a configuration, in its order. Throws for one that does not say what it is for. */
export function describeVariables(schema: z.ZodObject): Variable[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    if (!(field instanceof z.ZodType)) throw new Error(`${name} has no schema`);
    const meaning = meaningOf(field);
    if (meaning === undefined) throw new Error(`${name} does not say what it is for`);
    const isRequired = !field.safeParse(undefined).success;
    return { name, isRequired, meaning, standard: isRequired ? null : standardOf(field) };
  });
}

/** As a table in Markdown. */
export function tableOf(variables: readonly Variable[]): string {
  const rows = variables.map(({ name, standard, isRequired, meaning }) => {
    const value = isRequired ? 'required' : standard === null ? '' : `\`${standard}\``;
    return `| \`${name}\` | ${value} | ${meaning.replaceAll('|', String.raw`\|`)} |`;
  });
  return ['| variable | default | meaning |', '|---|---|---|', ...rows].join('\n');
}

/** What a field says itself, or what it wraps says. */
function meaningOf(field: z.ZodType): string | undefined {
  const inner = insideOf(field);
  return field.description ?? (inner === null ? undefined : meaningOf(inner));
}

function standardOf(field: z.ZodType): string | null {
  if (field instanceof z.ZodDefault) return String(field.def.defaultValue);
  const inner = insideOf(field);
  return inner === null ? null : standardOf(inner);
}

function insideOf(field: z.ZodType): z.ZodType | null {
  const inner =
    field instanceof z.ZodDefault || field instanceof z.ZodOptional
      ? field.unwrap()
      : field instanceof z.ZodPipe
        ? field.in
        : null;
  return inner instanceof z.ZodType ? inner : null;
}
