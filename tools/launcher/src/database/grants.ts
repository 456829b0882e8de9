import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { serviceNames } from '../services.ts';
import type { ServiceName } from '../services.ts';
import { quoteName, quoteText, roleName } from './role-names.ts';

/** `select, insert`, also of some columns only: `select (id, name)`; nothing at all where it is empty. */
const privileges = z.string().regex(/^(?:[a-z]+(?: \([a-z_]+(?:, [a-z_]+)*\))?(?:, (?=[a-z])|$))*$/);

/**
 * What each service may do with the tables of one schema; `*` stands for those that are not named. Partitions are reached
 * through their table, by its rights, and have none of their own unless they are named.
 */
const grants = z.partialRecord(z.enum(serviceNames), z.record(z.string(), privileges));
export type Grants = z.infer<typeof grants>;

/** What `services/<schema>/grants.json` says; without one, a service alone works with its own tables. */
export function readGrants(root: string, schema: ServiceName): Grants {
  const path = join(root, 'services', schema, 'grants.json');
  if (!existsSync(path)) return { [schema]: { '*': 'select, insert, update, delete' } };
  return grants.parse(JSON.parse(readFileSync(path, 'utf8')));
}

/**
 * One text of SQL that gives every service its rights in a schema and takes all others away, in a transaction of its
 * own. To be run whenever tables may have been added; safe to repeat.
 */
export function grantTables(database: string, schema: ServiceName, granted: Grants): string {
  const inSchema = `all tables in schema ${schema}`;
  const everybody = serviceNames.map((service) => quoteName(roleName(database, service))).join(', ');
  return [
    `revoke all on ${inSchema} from ${everybody}`,
    `revoke all on schema ${schema} from ${everybody}`,
    ...serviceNames.flatMap((service) => {
      const { '*': others = '', ...named } = granted[service] ?? {};
      const role = quoteName(roleName(database, service));
      if (granted[service] === undefined) return [];
      return [
        `grant usage on schema ${schema} to ${role}`,
        ...(others === ''
          ? []
          : [`grant ${others} on ${inSchema} to ${role}`, revokeOnPartitions(schema, role)]),
        ...Object.entries(named).flatMap(([table, rights]) => {
          const one = `${schema}.${quoteName(table)}`;
          return [
            `revoke all on ${one} from ${role}`,
            ...(rights === '' ? [] : [`grant ${rights} on ${one} to ${role}`]),
          ];
        }),
      ];
    }),
  ].join(';\n');
}

function revokeOnPartitions(schema: ServiceName, role: string): string {
  return `do $$ declare one regclass; begin
    for one in select oid from pg_class
      where relnamespace = '${schema}'::regnamespace and relispartition and relkind in ('r', 'p')
    loop execute format('revoke all on %s from %s', one, ${quoteText(role)}); end loop;
  end $$`;
}
