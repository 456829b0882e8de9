import { CompiledQuery, type QueryResult } from 'kysely';
import { registerName } from './named-client.ts';

/** What a statement can run on: a database or a transaction in it. */
export interface Executor {
  executeQuery<Row>(query: CompiledQuery<Row>): Promise<QueryResult<Row>>;
}

/**
 * A hot statement, written once in SQL and prepared under its name on every connection. Batches travel as one
 * JSON parameter (`jsonb_to_recordset($1)`) or an array (`= any($1)`), so the text never changes.
 */
export function prepared<Row>(
  name: string,
  text: string,
): (executor: Executor, parameters: readonly unknown[]) => Promise<Row[]> {
  registerName(name, text);
  return async (executor, parameters) => {
    const { rows } = await executor.executeQuery(CompiledQuery.raw(text, [...parameters]));
    return rows as Row[];
  };
}
