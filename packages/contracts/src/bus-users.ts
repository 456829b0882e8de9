import { consentFacts } from './facts/consent-facts.ts';
import { messageFacts } from './facts/message-facts.ts';
import { receiptFacts } from './facts/receipt-facts.ts';
import { directoryChanged } from './notices/directory-changed.ts';
import { lanePaused } from './notices/lane-paused.ts';
import { acceptMessages } from './requests/accept-messages.ts';
import {
  cancelMessages,
  markDispatcherMessagesRead,
  markIngestMessagesRead,
  redriveMessages,
  resolveMessages,
} from './requests/change-messages.ts';
import { readConsent, recordConsent } from './requests/consent.ts';
import {
  queryDispatcherDeadLetters,
  queryReportingDeadLetters,
  redriveDispatcherDeadLetters,
  redriveReportingDeadLetters,
} from './requests/dead-letters.ts';
import {
  exportDispatcherMessages,
  exportIngestMessages,
  exportKeywords,
  exportReceipts,
} from './requests/export.ts';
import { findDispatcherMessages, findIngestMessages } from './requests/find-messages.ts';
import { findReplays } from './requests/find-replays.ts';
import { previewMessages } from './requests/preview-messages.ts';
import { queryConnections } from './requests/query-connections.ts';
import { queryConversations } from './requests/query-conversations.ts';
import { queryMessages } from './requests/query-messages.ts';
import { queryStats } from './requests/query-stats.ts';
import { readDispatcherMessages, readIngestMessages } from './requests/read-messages.ts';
import { readDispatcherTimelines, readIngestTimelines } from './requests/read-timelines.ts';
import { receiveWebhooks } from './requests/receive-webhooks.ts';
import { queryWebhookLog, readWebhookLog, replayWebhooks } from './requests/webhook-log.ts';

/** A contract as far as its place on the bus goes. */
type OnSubject = Readonly<{ subject: string }>;

/** What one service does on the bus; it may do nothing else there. */
export interface BusUser {
  /** Requests that it sends. */
  asks: readonly OnSubject[];
  /** Requests that it answers. */
  answers: readonly OnSubject[];
  /** Facts, work and notices that it publishes. */
  tells: readonly OnSubject[];
  /** Notices that it listens to. */
  hears: readonly OnSubject[];
  /** Durables that it takes messages from. */
  takes: readonly string[];
  /** Whether it makes streams and durables that are missing. */
  keeps_streams: boolean;
}

const DISPATCHER_ANSWERS = [
  acceptMessages,
  cancelMessages,
  findReplays,
  markDispatcherMessagesRead,
  previewMessages,
  queryConnections,
  queryDispatcherDeadLetters,
  readConsent,
  readDispatcherMessages,
  readDispatcherTimelines,
  recordConsent,
  redriveDispatcherDeadLetters,
  redriveMessages,
  resolveMessages,
];
const INGEST_ANSWERS = [
  markIngestMessagesRead,
  queryWebhookLog,
  readIngestMessages,
  readIngestTimelines,
  readWebhookLog,
  receiveWebhooks,
  replayWebhooks,
];
const REPORTING_ANSWERS = [
  queryConversations,
  queryMessages,
  queryReportingDeadLetters,
  queryStats,
  redriveReportingDeadLetters,
];
/** How others catch up with the owners of messages, and find what only these know. */
const EXPORTS_OF_DISPATCHER = [exportDispatcherMessages, findDispatcherMessages];
const EXPORTS_OF_INGEST = [exportIngestMessages, exportKeywords, exportReceipts, findIngestMessages];

/** Who does what on the bus: the rights of each user are made of this. */
export const BUS_USERS = {
  gateway: {
    asks: [...DISPATCHER_ANSWERS, ...INGEST_ANSWERS, ...REPORTING_ANSWERS],
    answers: [],
    tells: [directoryChanged],
    hears: [directoryChanged],
    takes: [],
    keeps_streams: false,
  },
  ingest: {
    asks: [],
    answers: [...INGEST_ANSWERS, ...EXPORTS_OF_INGEST],
    tells: [messageFacts, receiptFacts, consentFacts],
    hears: [directoryChanged],
    takes: [],
    keeps_streams: false,
  },
  dispatcher: {
    asks: [exportReceipts, exportKeywords],
    answers: [...DISPATCHER_ANSWERS, ...EXPORTS_OF_DISPATCHER],
    // Receipts and keywords as well: one that became a dead letter is published again.
    tells: [messageFacts, receiptFacts, consentFacts, { subject: 'work.send.*.*' }, lanePaused],
    hears: [directoryChanged, lanePaused],
    takes: ['dispatcher--send-high', 'dispatcher--send-normal', 'dispatcher--react', 'dispatcher--consent'],
    keeps_streams: true,
  },
  reporting: {
    asks: [exportDispatcherMessages, exportIngestMessages, findDispatcherMessages, findIngestMessages],
    answers: REPORTING_ANSWERS,
    tells: [],
    hears: [directoryChanged],
    takes: ['reporting--project'],
    keeps_streams: false,
  },
} as const satisfies Record<string, BusUser>;
export type BusUserName = keyof typeof BUS_USERS;
export const BUS_USER_NAMES: readonly BusUserName[] = ['gateway', 'ingest', 'dispatcher', 'reporting'];

/** Below which subjects a service hears answers: nobody else may listen there. */
export function inboxPrefix(name: string): string {
  return `_INBOX_${name}`;
}
