export { delay, fullJitter } from './backoff.ts';
export { createBatcher, QueueFull, type Batcher, type BatcherOptions } from './batcher.ts';
export { InvalidConfiguration, readConfig, serviceConfig, type ServiceConfig } from './config.ts';
export { createLogger, type Logger } from './logger.ts';
export { createMetrics, type Metrics } from './metrics.ts';
export { startParts, stopParts, type Part } from './part.ts';
export { runService, type Service } from './service.ts';
export { messageOf, OutcomeUnknown, Unavailable } from './unavailable.ts';
