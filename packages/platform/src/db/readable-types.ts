import pg from 'pg';

const { builtins } = pg.types;

/**
 * PostgreSQL's text form of a timestamptz, in a session whose time zone is UTC, as an instant with milliseconds.
 * What has no instant form (infinity, years before 1 and after 9999) comes back as PostgreSQL writes it.
 */
export function instant(value: string): string {
  if (value.length < 22 || value[10] !== ' ' || !value.endsWith('+00')) return value;
  const milliseconds = value.slice(20, -3).padEnd(3, '0').slice(0, 3);
  return `${value.slice(0, 10)}T${value.slice(11, 19)}.${milliseconds}Z`;
}

const parsers = new Map<number, (value: string) => unknown>([
  [builtins.TIMESTAMPTZ, instant],
  [builtins.INT8, Number],
  [builtins.DATE, (value) => value],
]);

/** How column values become JavaScript values, where pg's own choice would need another conversion. */
export const readableTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? pg.types.getTypeParser(oid, format),
};
