import { pino, type Logger } from 'pino';

export type { Logger };

/**
 * JSON lines on stdout with ISO time, level as a word and the service's name. Written asynchronously in small
 * blocks, flushed when the process exits.
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
    pino.destination({ dest: 1, sync: false, minLength: 0 }),
  );
}
