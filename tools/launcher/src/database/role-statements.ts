import { serviceNames } from '../services.ts';
import { roleNames } from './role-urls.ts';
import type { PerRole } from './role-urls.ts';

/** A name as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL writes it; backslashes are plain characters. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** Makes the roles of `database` on its server, or gives the existing ones these passwords. Safe to repeat. */
export function roleStatements(database: string, passwords: PerRole): string[] {
  return roleNames.flatMap((role) => {
    const name = quoteName(`${database}_${role}`);
    const schema = role === 'directory' ? 'gateway' : role;
    return [
      `do $$ begin create role ${name}; exception when duplicate_object then null; end $$`,
      `alter role ${name} login nosuperuser password ${quoteText(passwords[role])}`,
      `alter role ${name} set search_path = ${quoteName(schema)}`,
    ];
  });
}

/**
 * To be run in `database` after `roleStatements`: gives each service the schema of its name and nothing else, and
 * the directory role the right to read every present and future table of the gateway's. Safe to repeat.
 */
export function grantStatements(database: string): string[] {
  const name = (role: string): string => quoteName(`${database}_${role}`);
  return [
    `revoke all on database ${quoteName(database)} from public`,
    'revoke all on schema public from public',
    ...roleNames.map((role) => `grant connect on database ${quoteName(database)} to ${name(role)}`),
    ...serviceNames.map((service) => `create schema if not exists ${service} authorization ${name(service)}`),
    `grant usage on schema gateway to ${name('directory')}`,
    `grant select on all tables in schema gateway to ${name('directory')}`,
    `alter default privileges for role ${name('gateway')} in schema gateway grant select on tables to ${name('directory')}`,
  ];
}
