import type { ServiceName } from '../services.ts';

/** One text per service: a password, or a URL. */
export type PerService = Readonly<Record<ServiceName, string>>;

/** A name as SQL writes it. */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text as SQL writes it; backslashes are plain characters. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * The database that `superuserUrl` asks for: the one it names, or `parley` where it names none or PostgreSQL's own
 * `postgres`.
 */
export function databaseName(superuserUrl: string): string {
  const name = decodeURIComponent(new URL(superuserUrl).pathname.slice(1));
  return name === '' || name === 'postgres' ? 'parley' : name;
}

/**
 * The role of a service, or the one that owns everything and as which nobody can log in. Each database has roles of
 * its own, so instances that share a server do not share them.
 */
export function roleName(database: string, role: ServiceName | 'owner'): string {
  return `${database}_${role}`;
}

/** The URL each service connects with: server and options of `superuserUrl`, name and password of its own. */
export function roleUrls(superuserUrl: string, passwords: PerService): PerService {
  const database = databaseName(superuserUrl);
  const urlOf = (service: ServiceName): string => {
    const url = new URL(withDatabase(superuserUrl, database));
    url.username = encodeURIComponent(roleName(database, service));
    url.password = encodeURIComponent(passwords[service]);
    return url.href;
  };
  return perService(urlOf);
}

/** Asks for each service. */
export function perService(textOf: (service: ServiceName) => string): PerService {
  return {
    gateway: textOf('gateway'),
    ingest: textOf('ingest'),
    dispatcher: textOf('dispatcher'),
    reporting: textOf('reporting'),
  };
}

/** The same server and options, another database. */
export function withDatabase(url: string, database: string): string {
  const other = new URL(url);
  other.pathname = `/${encodeURIComponent(database)}`;
  return other.href;
}
