import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { REPOSITORY } from '@parley/launcher/repository';
import { serviceNames } from '@parley/launcher/services';
import { serviceConfig } from '@parley/platform/runtime';
import { z } from 'zod';
import { describeVariables, tableOf } from './describe.ts';

/** The document that has the tables. */
export const DOCUMENT = join(REPOSITORY, 'docs', 'operations.md');

const BEGIN = '<!-- Written by `npm run configuration` from the schemas. -->';
const END = '<!-- Until here. -->';

/** The document with the tables as the schemas have them now. Throws when it has no place for them. */
export async function withTables(document: string): Promise<string> {
  const [before, rest] = split(document, BEGIN);
  const [, after] = split(rest, END);
  return `${before}${BEGIN}\n\n${await tables()}\n\n${END}${after}`;
}

async function tables(): Promise<string> {
  const shared = Object.keys(serviceConfig.shape);
  const own = await Promise.all(
    [...serviceNames].toSorted().map(async (name) => {
      const path = join(REPOSITORY, 'services', name, 'src', 'config.ts');
      const variables = describeVariables(await schemaIn(path));
      return `### ${name}\n\n${tableOf(variables.filter((variable) => !shared.includes(variable.name)))}`;
    }),
  );
  const simulator = await schemaIn(join(REPOSITORY, 'tools', 'simulator', 'src', 'setup', 'config.ts'));
  return [
    `### Every service\n\n${tableOf(describeVariables(serviceConfig))}`,
    ...own,
    `### simulator\n\n${tableOf(describeVariables(simulator))}`,
  ].join('\n\n');
}

/** The schema that a file exports. It is read where it stands: nothing is built on it, so it need not be a contract. */
async function schemaIn(path: string): Promise<z.ZodObject> {
  const exported: unknown = await import(pathToFileURL(path).href);
  const schemas = Object.values(z.record(z.string(), z.unknown()).parse({ ...Object(exported) }));
  const schema = schemas.find((value) => value instanceof z.ZodObject);
  if (schema === undefined) throw new Error(`${path} exports no schema`);
  return schema;
}

function split(text: string, mark: string): [before: string, after: string] {
  const at = text.indexOf(mark);
  if (at < 0) throw new Error(`${DOCUMENT} has no line ${mark}`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
