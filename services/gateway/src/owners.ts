import type { RequestContract } from '@parley/contracts/contract';
import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import {
  cancelMessages,
  markDispatcherMessagesRead,
  markIngestMessagesRead,
  redriveMessages,
  resolveMessages,
} from '@parley/contracts/requests/change-messages';
import { readConsent, recordConsent } from '@parley/contracts/requests/consent';
import {
  queryDispatcherDeadLetters,
  queryReportingDeadLetters,
  redriveDispatcherDeadLetters,
  redriveReportingDeadLetters,
} from '@parley/contracts/requests/dead-letters';
import { findReplays } from '@parley/contracts/requests/find-replays';
import { previewMessages } from '@parley/contracts/requests/preview-messages';
import { queryConnections } from '@parley/contracts/requests/query-connections';
import { queryConversations } from '@parley/contracts/requests/query-conversations';
import { queryMessages } from '@parley/contracts/requests/query-messages';
import { queryStats } from '@parley/contracts/requests/query-stats';
import type { Page } from '@parley/contracts/requests/paging';
import { readDispatcherMessages, readIngestMessages } from '@parley/contracts/requests/read-messages';
import { readDispatcherTimelines, readIngestTimelines } from '@parley/contracts/requests/read-timelines';
import { receiveWebhooks } from '@parley/contracts/requests/receive-webhooks';
import { queryWebhookLog, readWebhookLog, replayWebhooks } from '@parley/contracts/requests/webhook-log';
import {
  groupRequester,
  requester,
  type Bus,
  type Requester,
  type RequesterOptions,
} from '@parley/platform/bus';
import { OutcomeUnknown, Unavailable } from '@parley/platform/runtime';

/** The other services, as far as the gateway asks them. */
export type Owners = ReturnType<typeof connectOwners>;

/** One request at a time, so that those of many clients travel, and are committed, together. */
const MANY = { waitMs: 2, alwaysWaits: true, maxQueued: 2_000, concurrency: 1 };
/** Whoever sends so much at once can be told to wait. */
const GROUPS = { maxQueued: 100, concurrency: 4 };
/** Each is answered with a message whole. */
const CHANGES = { waitMs: 1, maxQueued: 1_000, concurrency: 2, maxItems: 100 };
/** Most are answered with little. */
const FEW = { waitMs: 1, maxQueued: 1_000, concurrency: 4, maxItems: 25 };
/** A page has up to 5 MB of texts, and the database may take as long as a statement may: few wait for each other. */
const PAGES = { waitMs: 1, maxQueued: 1_000, concurrency: 8, maxItems: 4, timeoutMs: 5_000 };
/** An answer may be as long as a list of long messages. */
const ALONE = { waitMs: 0, maxQueued: 1_000, concurrency: 4, maxItems: 1 };
/** A page by number needs a total, which may take long: such questions travel alone and few at a time. */
const COUNTED = { waitMs: 0, maxQueued: 100, concurrency: 2, maxItems: 1, timeoutMs: 25_000 };

/** Everything the gateway asks of others, a line each. */
export function connectOwners(bus: Bus) {
  return {
    acceptMessages: requester(bus, acceptMessages, MANY),
    acceptTogether: groupRequester(bus, acceptMessages, GROUPS),
    receiveWebhooks: requester(bus, receiveWebhooks, MANY),
    findReplays: question(bus, findReplays, ALONE),
    readDispatcherMessages: question(bus, readDispatcherMessages),
    readIngestMessages: question(bus, readIngestMessages),
    readDispatcherTimelines: question(bus, readDispatcherTimelines),
    readIngestTimelines: question(bus, readIngestTimelines),
    previewMessages: question(bus, previewMessages),
    readConsent: question(bus, readConsent),
    recordConsent: requester(bus, recordConsent, CHANGES),
    cancelMessages: requester(bus, cancelMessages, CHANGES),
    redriveMessages: requester(bus, redriveMessages, CHANGES),
    resolveMessages: requester(bus, resolveMessages, CHANGES),
    markDispatcherMessagesRead: requester(bus, markDispatcherMessagesRead, CHANGES),
    markIngestMessagesRead: requester(bus, markIngestMessagesRead, CHANGES),
    queryConnections: question(bus, queryConnections),
    queryDispatcherDeadLetters: question(bus, queryDispatcherDeadLetters),
    queryReportingDeadLetters: question(bus, queryReportingDeadLetters),
    redriveDispatcherDeadLetters: requester(bus, redriveDispatcherDeadLetters, CHANGES),
    redriveReportingDeadLetters: requester(bus, redriveReportingDeadLetters, CHANGES),
    queryMessages: pages(bus, queryMessages),
    queryConversations: pages(bus, queryConversations),
    queryStats: question(bus, queryStats),
    queryWebhookLog: question(bus, queryWebhookLog),
    readWebhookLog: question(bus, readWebhookLog),
    replayWebhooks: requester(bus, replayWebhooks, { ...CHANGES, maxItems: 20 }),
  };
}

/** A question changes nothing, so an answer that did not come leaves nothing in doubt: it is `Unavailable`. */
function question<Item, Reply>(
  bus: Bus,
  contract: RequestContract<Item, Reply>,
  options: RequesterOptions = FEW,
): Requester<Item, Reply> {
  const ask = requester(bus, contract, options);
  return async (item) => {
    try {
      return await ask(item);
    } catch (error) {
      if (!(error instanceof OutcomeUnknown)) throw error;
      throw new Unavailable(`${contract.subject} did not answer`, { cause: error });
    }
  };
}

/** Questions for pages. Those by number hold up no others. */
function pages<Item extends { page: Page }, Reply>(
  bus: Bus,
  contract: RequestContract<Item, Reply>,
): Requester<Item, Reply> {
  const [next, counted] = [question(bus, contract, PAGES), question(bus, contract, COUNTED)];
  return (item) => (item.page.style === 'offset' ? counted(item) : next(item));
}
