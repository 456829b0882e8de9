// `npm run verify-projections`: whether lists, conversations and statistics are as the owners have it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { REPOSITORY } from '@parley/launcher/repository';
import { runTool } from '@parley/trial/run-tool';
import { findPlace, OPTIONS_HELP } from './options.ts';

const HELP = `npm run verify-projections [-- --data DIR | --instance FILE]

Compares what lists, conversations, search and statistics are answered from with what the owners know: every message field
by field, conversations and statistics with what the messages add up to. Serving goes on meanwhile, and what changes
is looked at again. Prints the first differences and exits with 1 when there are any, with 2 when it could not be found out.
Remembers what it has seen: 16 to 32 bytes of memory for each message.

${OPTIONS_HELP}`;

const SCRIPT = join('services', 'reporting', 'src', 'verify-projections', 'main.ts');

await runTool(async (args, { signal }) => {
  // npm runs us in the repository and says in INIT_CWD where the person typed the command.
  const place = await findPlace('verify-projections', args, process.env['INIT_CWD'] ?? process.cwd());
  if (place === null) {
    console.log(HELP);
    return 0;
  }
  const env = { ...process.env, REPORTING_DATABASE_URL: place.postgresUrl, NATS_URL: place.natsUrl };
  const child = spawn(process.execPath, [join(REPOSITORY, SCRIPT)], {
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  signal.addEventListener('abort', () => child.kill());
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 2;
});
