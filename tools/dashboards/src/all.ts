import { delivery } from './dashboards/delivery.ts';
import { inbound } from './dashboards/inbound.ts';
import { overview } from './dashboards/overview.ts';
import { queues } from './dashboards/queues.ts';
import type { Dashboard } from './dashboard.ts';

/** Every dashboard. */
export const DASHBOARDS: readonly Dashboard[] = [overview, delivery, queues, inbound];
