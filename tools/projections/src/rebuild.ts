// `npm run rebuild-projections`: makes what lists, conversations and statistics are answered from anew.
import { createDatabase, whileAnswering } from '@parley/platform/db';
import { runTool } from '@parley/trial/run-tool';
import { findPlace, OPTIONS_HELP } from './options.ts';
import { rebuild } from './rebuild-projections.ts';
import type { Tables } from './store.ts';

const HELP = `npm run rebuild-projections [-- --data DIR | --instance FILE]

Empties what lists, conversations, search and statistics are answered from, and waits until reporting has made it again from
what dispatcher and ingest know. Messages are accepted, sent, received and read by id as always; lists, conversations and
statistics answer 503 until they are whole again. Nothing is lost when this command is interrupted: reporting goes on
by itself, and the command may be given again, which begins anew. \`npm run verify-projections\` proves the result.

${OPTIONS_HELP}`;

type Around = Parameters<typeof rebuild>[1];

async function rebuildAt(url: string, around: Around): ReturnType<typeof rebuild> {
  const db = createDatabase<Tables>({ url, schema: 'reporting', maxConnections: 2, patient: true });
  try {
    return await rebuild(db, around);
  } finally {
    await db.destroy();
  }
}

await runTool(async (args, around) => {
  // npm runs us in the repository and says in INIT_CWD where the person typed the command.
  const place = await findPlace('rebuild-projections', args, process.env['INIT_CWD'] ?? process.cwd());
  if (place === null) {
    console.log(HELP);
    return 0;
  }
  const at = { url: place.postgresUrl, signal: around.signal };
  const { messages, seconds } = await whileAnswering(at, () => rebuildAt(at.url, around));
  console.log(`${messages} messages are projected again, after ${seconds.toFixed(1)} s.`);
  return 0;
});
