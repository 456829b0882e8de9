import type { CommandName } from './arguments.ts';

const DATA = '  --data DIR    where everything is kept (default .parley)';
const PORT = '  --port N      port of the HTTP API (default: PORT, else 8080)';
const HOST = '  --host ADDR   address the HTTP API listens on (default 127.0.0.1; 0.0.0.0 = all)';

const TEXTS: Record<CommandName, readonly string[]> = {
  start: [
    'npm start [-- --port N] [--host ADDR] [--data DIR] [--fresh]',
    '',
    'Starts PostgreSQL, NATS, the simulator and the four services, and keeps them running until Ctrl-C,',
    'SIGTERM or `npm stop`. A second start keeps the data.',
    '',
    PORT,
    HOST,
    DATA,
    '  --fresh       delete the data first',
    '',
    'Environment: POSTGRES_URL (of a superuser) and NATS_URL name servers to be used instead of our own.',
  ],
  stop: [
    'npm stop [-- --data DIR]',
    '',
    'Stops a running Parley and waits until it is down. The data stays.',
    '',
    DATA,
  ],
  restart: [
    'npm restart [-- --port N] [--host ADDR] [--data DIR]',
    '',
    'Stops a running Parley, if there is one, and starts it again on the same address with the same data.',
    '',
    PORT,
    HOST,
    DATA,
  ],
};

/** What `--help` prints for a command. */
export function helpText(command: CommandName): string {
  return TEXTS[command].join('\n');
}
