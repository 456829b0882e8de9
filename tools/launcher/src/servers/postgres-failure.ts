import { describeExit } from '../processes/child.ts';
import type { Exit } from '../processes/child.ts';
import { portInUse } from '../processes/free-port.ts';
import { StartError } from '../start-error.ts';

/** What is known about a PostgreSQL that ended before it served. */
export interface PostgresFailure {
  cluster: string;
  port: number;
  logFile: string;
  /** What it wrote to its log this time. */
  log: string;
  exit: Exit;
}

/** Turns PostgreSQL's last words into one sentence that says what to do. */
export function explainPostgresFailure({ cluster, port, logFile, log, exit }: PostgresFailure): StartError {
  if (log.includes('could not create any TCP/IP sockets')) return portInUse('PostgreSQL', port);
  const words = lastWords(log);
  if (/no space left|could not (?:create|map|resize) shared memory|cannot allocate memory/i.test(log)) {
    return new StartError('not_ready', `PostgreSQL has not enough memory or disk space to start: ${words}.`);
  }
  if (/lock file .* already exists|shared memory block .* still in use/.test(log)) {
    return new StartError('already_running', `Another PostgreSQL runs on ${cluster}; stop it first.`);
  }
  if (words !== undefined) {
    return new StartError(
      'broken_data_directory',
      `The database in ${cluster} does not start (${words}); restore it, or begin anew with --fresh. Details: ${logFile}`,
    );
  }
  return new StartError(
    'not_ready',
    `PostgreSQL ended while starting (${describeExit(exit)}); details: ${logFile}`,
  );
}

function lastWords(log: string): string | undefined {
  const complaint =
    /^.*?\b(?:FATAL|PANIC):\s+(.*)$/m.exec(log) ?? /^postgres: (?!.*\b(?:LOG|HINT)\b)(.*)$/m.exec(log);
  return complaint?.[1]?.trim();
}
