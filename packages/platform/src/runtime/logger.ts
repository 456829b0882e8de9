import { pino, type Logger } from 'pino';

export type { Logger };

const BLOCK_BYTES = 8_192;
const FLUSH_MS = 250;

/**
 * JSON lines on stdout with ISO time, level as a word and the service's name. Written asynchronously in blocks, at
 * the latest after a quarter of a second, and flushed when the process exits: a kill may take the last lines.
 */
export function createLogger(service: string, level: string): Logger {
  return pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      redact: ['*.authorization', '*.secret', '*.api_key', '*.password', '*.token'],
    },
    pino.destination({ dest: 1, sync: false, minLength: BLOCK_BYTES, periodicFlush: FLUSH_MS }),
  );
}
