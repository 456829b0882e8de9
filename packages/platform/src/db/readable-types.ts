import pg from 'pg';

const { builtins } = pg.types;

/** PostgreSQL's text form of a timestamptz in UTC as an instant with milliseconds. */
function instant(value: string): string {
  return new Date(value).toISOString();
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
