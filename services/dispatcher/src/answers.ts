import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import {
  cancelMessages,
  markDispatcherMessagesRead,
  redriveMessages,
  resolveMessages,
} from '@parley/contracts/requests/change-messages';
import { readConsent, recordConsent } from '@parley/contracts/requests/consent';
import {
  queryDispatcherDeadLetters,
  redriveDispatcherDeadLetters,
} from '@parley/contracts/requests/dead-letters';
import { exportDispatcherMessages } from '@parley/contracts/requests/export';
import { findDispatcherMessages } from '@parley/contracts/requests/find-messages';
import { findReplays } from '@parley/contracts/requests/find-replays';
import { previewMessages } from '@parley/contracts/requests/preview-messages';
import { queryConnections } from '@parley/contracts/requests/query-connections';
import { readDispatcherMessages } from '@parley/contracts/requests/read-messages';
import { readDispatcherTimelines } from '@parley/contracts/requests/read-timelines';
import { each, respond, type Bus } from '@parley/platform/bus';
import type { Part } from '@parley/platform/runtime';
import { replayFinder } from './accept-messages/find-replays.ts';
import { messageAcceptor, type AcceptorOptions } from './accept-messages/handler.ts';
import { judgeCancel } from './cancel-messages/decide.ts';
import { messageChanger } from './change-messages/handler.ts';
import { messageExporter } from './export-messages/handler.ts';
import { findMessages } from './find-messages/store.ts';
import { judgeRead } from './mark-read/decide.ts';
import { messagePreviewer } from './preview-messages/handler.ts';
import { deadLetterLister } from './query-dead-letters/handler.ts';
import { connectionHealth } from './query-connections/handler.ts';
import { consentReader } from './read-consent/handler.ts';
import { messageReader } from './read-messages/handler.ts';
import { timelineReader } from './read-timelines/handler.ts';
import { consentRecorder } from './record-consent/handler.ts';
import { deadLetterRedriver, type RedriverOptions } from './redrive-dead-letters/handler.ts';
import { judgeRedrive } from './redrive-messages/decide.ts';
import { judgeResolve } from './resolve-messages/decide.ts';

/** Everything that dispatcher can be asked, a line each. */
export function answers(bus: Bus, context: AcceptorOptions & RedriverOptions): Part[] {
  const { db, directory } = context;
  return [
    respond(bus, acceptMessages, messageAcceptor(context)),
    respond(bus, findReplays, replayFinder(context)),
    respond(bus, previewMessages, messagePreviewer(context)),
    respond(bus, readDispatcherMessages, messageReader(db, directory)),
    respond(bus, exportDispatcherMessages, messageExporter(db)),
    respond(
      bus,
      findDispatcherMessages,
      each((item) => findMessages(db, item)),
    ),
    respond(bus, cancelMessages, messageChanger(context, judgeCancel)),
    respond(bus, redriveMessages, messageChanger(context, judgeRedrive)),
    respond(bus, resolveMessages, messageChanger(context, judgeResolve)),
    respond(bus, markDispatcherMessagesRead, messageChanger(context, judgeRead)),
    respond(bus, readDispatcherTimelines, timelineReader(db, directory)),
    respond(bus, queryDispatcherDeadLetters, deadLetterLister(db, context)),
    respond(bus, redriveDispatcherDeadLetters, deadLetterRedriver(context)),
    respond(bus, recordConsent, consentRecorder(db)),
    respond(bus, readConsent, consentReader(db)),
    respond(bus, queryConnections, connectionHealth(db)),
  ];
}
