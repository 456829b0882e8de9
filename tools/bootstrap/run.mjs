// `node tools/bootstrap/run.mjs <command> [arguments]`: prepares the clone, then runs the command in it.
// Runs on any Node >= 20 and with nothing installed, so nothing in this folder imports a package.
import { prepare } from './prepare.mjs';
import { Failure } from './failure.mjs';
import { handOver } from './hand-over.mjs';

const [command = 'node', ...args] = process.argv.slice(2);
try {
  await handOver(command, args, await prepare());
} catch (error) {
  if (!(error instanceof Failure)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
