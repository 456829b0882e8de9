import { serviceNames } from '../services.ts';
import type { ServiceName } from '../services.ts';

/** Who connects to the database: each service as the owner of its own schema, and everybody as a directory reader. */
export type RoleName = ServiceName | 'directory';

/** Every role, the services first. */
export const roleNames: readonly RoleName[] = [...serviceNames, 'directory'];

/** One text per role: a password, or a URL. */
export type PerRole = Readonly<Record<RoleName, string>>;

/**
 * The database that `superuserUrl` asks for: the one it names, or `parley` where it names none or PostgreSQL's own
 * `postgres`. Its roles are called `<database>_<role>`, so instances that share a server do not share roles.
 */
export function databaseName(superuserUrl: string): string {
  const name = decodeURIComponent(new URL(superuserUrl).pathname.slice(1));
  return name === '' || name === 'postgres' ? 'parley' : name;
}

/** The URL each role connects with: server and options of `superuserUrl`, name and password of its own. */
export function roleUrls(superuserUrl: string, passwords: PerRole): PerRole {
  const database = databaseName(superuserUrl);
  const urlOf = (role: RoleName): string => {
    const url = new URL(superuserUrl);
    url.pathname = `/${encodeURIComponent(database)}`;
    url.username = encodeURIComponent(`${database}_${role}`);
    url.password = encodeURIComponent(passwords[role]);
    return url.href;
  };
  return {
    gateway: urlOf('gateway'),
    ingest: urlOf('ingest'),
    dispatcher: urlOf('dispatcher'),
    reporting: urlOf('reporting'),
    directory: urlOf('directory'),
  };
}

/** The same server and options, another database. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
