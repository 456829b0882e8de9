import { z } from 'zod';
import { serviceConfig } from './config.ts';
import { createLogger, type Logger } from './logger.ts';

const { LOG_LEVEL, LOG_FILE, LOG_FILE_MAX_BYTES, LOG_FILE_BACKUPS } = serviceConfig.shape;
// What is wrong about the log must not keep it from saying so.
const lenient = z.object({
  LOG_LEVEL: LOG_LEVEL.catch('info'),
  LOG_FILE: LOG_FILE.catch(undefined),
  LOG_FILE_MAX_BYTES: LOG_FILE_MAX_BYTES.catch(LOG_FILE_MAX_BYTES.parse(undefined)),
  LOG_FILE_BACKUPS: LOG_FILE_BACKUPS.catch(LOG_FILE_BACKUPS.parse(undefined)),
});

/** The log of a service as its environment asks for it, before anything else of its configuration is read. */
export function ownLogger(service: string, environment: NodeJS.ProcessEnv): Logger {
  const config = lenient.parse(environment);
  const { LOG_FILE: path, LOG_FILE_MAX_BYTES: maxBytes, LOG_FILE_BACKUPS: backups } = config;
  return createLogger(service, config.LOG_LEVEL, path === undefined ? null : { path, maxBytes, backups });
}
