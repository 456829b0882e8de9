import { runService } from '@parley/platform/runtime';
import { gatewayConfig } from './config.ts';
import { gatewayParts } from './parts.ts';

await runService('gateway', gatewayConfig, gatewayParts);
