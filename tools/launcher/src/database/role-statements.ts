import { serviceNames } from '../services.ts';
import { quoteName, quoteText, roleName } from './role-names.ts';
import type { PerService } from './role-names.ts';

const NOTHING_MORE = 'nosuperuser nocreatedb nocreaterole noreplication nobypassrls';

/** Makes the roles of `database` on its server, or gives the existing ones these passwords. Safe to repeat. */
export function roleStatements(database: string, passwords: PerService): string[] {
  const owner = quoteName(roleName(database, 'owner'));
  return [
    make(owner),
    `alter role ${owner} nologin ${NOTHING_MORE}`,
    ...serviceNames.flatMap((service) => {
      const role = quoteName(roleName(database, service));
      return [
        make(role),
        `alter role ${role} login ${NOTHING_MORE} password ${quoteText(passwords[service])}`,
        `alter role ${role} set search_path = ${service}`,
      ];
    }),
  ];
}

/**
 * To be run in `database` after `roleStatements`: makes each service's schema, which belongs to the owner with all that
 * is in it, and lets nobody but the services in. Safe to repeat.
 */
export function schemaStatements(database: string): string[] {
  const owner = quoteName(roleName(database, 'owner'));
  return [
    `revoke all on database ${quoteName(database)} from public`,
    'revoke all on schema public from public',
    ...serviceNames.flatMap((service) => {
      const role = quoteName(roleName(database, service));
      return [
        `grant connect on database ${quoteName(database)} to ${role}`,
        `create schema if not exists ${service} authorization ${owner}`,
      ];
    }),
  ];
}

function make(role: string): string {
  return `do $$ begin create role ${role}; exception when duplicate_object then null; end $$`;
}
