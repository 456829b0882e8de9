import { pino, type Logger } from 'pino';
import { openLogFile, type LineSink, type LogFile } from './log-file.ts';
import { mask } from './mask.ts';

export type { Logger };

const BLOCK_BYTES = 8_192;
const FLUSH_MS = 250;

/**
 * JSON lines on stdout, and in a file if one is given, with ISO time, level as a word and the service's name; secrets,
 * numbers and addresses are masked. Written asynchronously in blocks, at the latest after a quarter of a second, and
 * flushed when the process exits: a kill may take the last lines.
 */
export function createLogger(service: string, level: string, file: LogFile | null = null): Logger {
  const stdout = pino.destination({
    dest: 1,
    sync: false,
    minLength: BLOCK_BYTES,
    periodicFlush: FLUSH_MS,
  });
  return pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.authorization', '*.secret', '*.api_key', '*.password', '*.token'],
      hooks: { streamWrite: mask },
    },
    file === null ? stdout : both(stdout, file, service),
  );
}

type Stdout = ReturnType<typeof pino.destination>;

function both(stdout: Stdout, file: LogFile, service: string): LineSink {
  const sink = openLogFile(file, service, ({ message }) => {
    // Not through the log, which would come here again.
    const line = { level: 'error', time: new Date().toISOString(), service, msg: `the log file: ${message}` };
    stdout.write(`${JSON.stringify(line)}\n`);
  });
  return {
    write: (line) => {
      stdout.write(line);
      sink.write(line);
    },
    flush: (done) => sink.flush(() => stdout.flush(() => done())),
  };
}
