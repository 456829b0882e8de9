// `npm run sign -- FILE`: what a provider would send with this body.
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { reasonOf, StartError, systemCode } from '@parley/launcher/start-error';
import { findConnection } from './find-connection.ts';
import { HELP } from './help.ts';
import { parseOptions } from './options.ts';
import { curlLine, headerLines, signBody } from './sign-body.ts';

async function sign(args: readonly string[]): Promise<string> {
  // npm runs us in the repository and says in INIT_CWD where the person typed the command.
  const options = parseOptions(args, process.env['INIT_CWD'] ?? process.cwd());
  if (options === null) return HELP;
  const { file, connection: id, data, curl } = options;
  const connection = await findConnection(data, id);
  const body = file === '-' ? await buffer(process.stdin) : await readBody(file);
  const headers = signBody(body, connection, Date.now());
  return curl ? curlLine(file, connection.url, headers) : headerLines(headers);
}

async function readBody(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    throw new StartError('bad_usage', `${file} cannot be read: ${reasonOf(error)}.`);
  }
}

try {
  console.log(await sign(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}
