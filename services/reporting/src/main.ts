import { queryConversations } from '@parley/contracts/requests/query-conversations';
import {
  queryReportingDeadLetters,
  redriveReportingDeadLetters,
} from '@parley/contracts/requests/dead-letters';
import { queryMessages } from '@parley/contracts/requests/query-messages';
import { queryStats } from '@parley/contracts/requests/query-stats';
import { STREAMS } from '@parley/contracts/streams';
import { catchUp, connectBus, deadLetterGauge, respond } from '@parley/platform/bus';
import { openDatabase } from '@parley/platform/db';
import { openDirectory } from '@parley/platform/directory';
import { runService } from '@parley/platform/runtime';
import { reportingConfig } from './config.ts';
import type { ReportingTables } from './database.ts';
import { indexTexts } from './index-texts/index-texts.ts';
import { createJoinAll, joinConversations } from './join-conversations/join.ts';
import { packSenders } from './pack-senders/pack-senders.ts';
import { DURABLE, projectFacts } from './project-messages/handler.ts';
import { createProjector } from './project-messages/projector.ts';
import { createReplay } from './project-messages/replay.ts';
import { conversationLister } from './query-conversations/handler.ts';
import { deadLetterLister } from './query-dead-letters/handler.ts';
import { createFindByName } from './query-messages/find-by-name.ts';
import { messageLister } from './query-messages/handler.ts';
import { statsReader } from './query-stats/handler.ts';
import { whenBuilt } from './when-built.ts';
import { deadLetterRedriver } from './redrive-dead-letters/handler.ts';

/**
 * A page by number needs a total, however much there is to count. And what nobody waits for is better late on a busy
 * machine than given up and begun again.
 */
const PATIENT = { statementTimeoutMs: 20_000 };

await runService('reporting', reportingConfig, async (service) => {
  const { config } = service;
  const database = { url: config.REPORTING_DATABASE_URL, schema: 'reporting' };
  // Pools of their own: a crowd of questions waits for itself, and the projection for nobody.
  const projections = openDatabase<ReportingTables>(service, { ...database, maxConnections: 2, ...PATIENT });
  const questions = openDatabase<ReportingTables>(service, { ...database, maxConnections: 4 });
  const counting = openDatabase<ReportingTables>(service, { ...database, maxConnections: 2, ...PATIENT });
  const chores = openDatabase<ReportingTables>(service, { ...database, maxConnections: 2, ...PATIENT });
  const bus = await connectBus(service);
  const directory = openDirectory(service, bus, {
    url: config.DIRECTORY_DATABASE_URL,
    opens: null,
  });
  const projector = createProjector(projections, service);
  const replay = createReplay(bus, projector);
  const findByName = createFindByName(bus);
  const joining = { directory, logger: service.logger };
  const joinAll = createJoinAll(projections, joining);
  return [
    directory,
    respond(bus, queryMessages, whenBuilt(questions, messageLister(questions, findByName, counting))),
    respond(
      bus,
      queryConversations,
      whenBuilt(questions, conversationLister(questions, directory, counting)),
    ),
    respond(bus, queryStats, whenBuilt(questions, statsReader(questions))),
    respond(bus, queryReportingDeadLetters, deadLetterLister(questions)),
    respond(bus, redriveReportingDeadLetters, deadLetterRedriver({ db: questions, projector })),
    projectFacts(bus, projections, projector),
    deadLetterGauge(questions, service),
    indexTexts(chores, service),
    packSenders(chores, service),
    joinConversations(chores, joining),
    catchUp(bus, {
      db: projections,
      stream: STREAMS.events.name,
      durable: DURABLE,
      latestFact: projector.latestFact,
      replay: async (since, signal) => {
        await replay(since, signal);
        // Whoever asks before has conversations apart that belong together.
        await joinAll(signal);
      },
    }),
  ];
});
