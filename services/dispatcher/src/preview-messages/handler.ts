import type { Preview, PreviewItem } from '@parley/contracts/requests/preview-messages';
import type { RequestHandler } from '@parley/platform/bus';
import { gatherRuleFacts, type RuleOptions } from '../accept-messages/gather-facts.ts';
import { urgencyOf } from '../lanes/lane.ts';
import type { Lanes } from '../lanes/lanes.ts';
import { decidePreview, sendingOf } from './decide.ts';
import { explainRoute, type ExplainedRoute } from './explain-route.ts';
import { loadQueues, type LaneLookup } from './store.ts';

export interface PreviewOptions extends RuleOptions {
  lanes: Pick<Lanes, 'standings'>;
}

/**
 * Says what would become of messages, by the rules and the choice of connections that sending them goes by. Nothing
 * is stored. However many are asked about, the number of statements is the same. Throws `Unavailable`.
 */
export function messagePreviewer(options: PreviewOptions): RequestHandler<PreviewItem, Preview> {
  return async (items) => {
    const [facts, asked] = await Promise.all([
      gatherRuleFacts(items.map(sendingOf), { ...options, withConsents: true }),
      Promise.all(items.map(async (item) => ({ item, route: await routeOf(item, options) }))),
    ]);
    const queues = await loadQueues(
      options.db,
      asked.map(({ item, route }) => laneOf(item, route)),
    );
    const now = new Date().toISOString();
    return asked.map(({ item, route }, index) =>
      decidePreview(item, { ...facts, ...route, queue: queues[index] ?? null, now }),
    );
  };
}

async function routeOf(
  { account_id, type, directory_version }: PreviewItem,
  { directory, lanes }: PreviewOptions,
): Promise<ExplainedRoute> {
  return explainRoute(await directory.account(account_id, directory_version), type, lanes.standings.healthOf);
}

function laneOf({ from, priority }: PreviewItem, { connection }: ExplainedRoute): LaneLookup | null {
  if (connection === null) return null;
  return { connection_id: connection.id, sender: from, urgency: urgencyOf(priority) };
}
