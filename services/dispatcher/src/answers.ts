import { acceptMessages } from '@parley/contracts/requests/accept-messages';
import { readConsent, recordConsent } from '@parley/contracts/requests/consent';
import { exportDispatcherMessages } from '@parley/contracts/requests/export';
import { readDispatcherMessages } from '@parley/contracts/requests/read-messages';
import { respond, type Bus } from '@parley/platform/bus';
import type { Part } from '@parley/platform/runtime';
import { messageAcceptor, type AcceptorOptions } from './accept-messages/handler.ts';
import { messageExporter } from './export-messages/handler.ts';
import { consentReader } from './read-consent/handler.ts';
import { messageReader } from './read-messages/handler.ts';
import { consentRecorder } from './record-consent/handler.ts';

/** Everything that dispatcher can be asked, a line each. */
export function answers(bus: Bus, context: AcceptorOptions): Part[] {
  const { db } = context;
  return [
    respond(bus, acceptMessages, messageAcceptor(context)),
    respond(bus, readDispatcherMessages, messageReader(db)),
    respond(bus, exportDispatcherMessages, messageExporter(db)),
    respond(bus, recordConsent, consentRecorder(db)),
    respond(bus, readConsent, consentReader(db)),
  ];
}
