// Starts a server in a process of its own and kills that process: what a crashed launcher leaves behind.
import { startNats } from '../src/servers/nats.ts';
import { startPostgres } from '../src/servers/postgres.ts';

const [kind, dataDir = '', logFile = ''] = process.argv.slice(2);
const start =
  kind === 'postgres'
    ? () => startPostgres({ dataDir, logFile, fsync: false })
    : () => startNats({ dataDir, logFile });
const { pid } = await start();
process.stdout.write(`${pid}\n`, () => process.kill(process.pid, 'SIGKILL'));
