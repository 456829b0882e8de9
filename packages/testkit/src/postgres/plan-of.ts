import { CompiledQuery, createQueryId, type Kysely, type KyselyPlugin, type RootOperationNode } from 'kysely';

/**
 * How PostgreSQL runs the last statement that is asked of the database, in the words of EXPLAIN; `which` counts from 0,
 * or backwards. Throws when nothing is asked.
 */
export async function planOf<Tables>(
  db: Kysely<Tables>,
  ask: (on: Kysely<Tables>) => Promise<unknown>,
  { explain = 'explain', which = -1 }: { explain?: string; which?: number } = {},
): Promise<string> {
  const asked: RootOperationNode[] = [];
  const listener: KyselyPlugin = {
    transformQuery: ({ node }) => {
      asked.push(node);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  await ask(db.withPlugin(listener));
  const node = asked.at(which);
  if (node === undefined) throw new Error('nothing was asked');
  const { sql, parameters } = db.getExecutor().compileQuery(node, createQueryId());
  const { rows } = await db.executeQuery<Record<'QUERY PLAN', string>>(
    CompiledQuery.raw(`${explain} ${sql}`, [...parameters]),
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
