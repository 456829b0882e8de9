// Compares the projections with the owners, in the environment of the service; see HELP.
import { connectBus } from '@parley/platform/bus';
import { createDatabase } from '@parley/platform/db';
import {
  createLogger,
  createMetrics,
  messageOf,
  readConfig,
  stopParts,
  type Part,
} from '@parley/platform/runtime';
import { reportingConfig } from '../config.ts';
import type { ReportingTables } from '../database.ts';
import { verify } from './verify.ts';

const HELP = `Compares reporting's projections with what dispatcher and ingest know: every message field by field, conversations
and statistics with what the messages add up to. Serving goes on meanwhile. Prints the first differences, and exits with
1 when there are any, with 2 when it could not be found out.

Reads REPORTING_DATABASE_URL and NATS_URL, as the service does.`;

const SAID_EVERY_MS = 2_000;

/** Says on standard error what is going on, every two seconds at most. */
function createNarrator(): (line: string) => void {
  let last = 0;
  return (line) => {
    if (Date.now() - last < SAID_EVERY_MS) return;
    last = Date.now();
    process.stderr.write(`${line} …\n`);
  };
}

async function run(): Promise<number> {
  const parts: Part[] = [];
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  try {
    const config = readConfig(reportingConfig.omit({ DIRECTORY_DATABASE_URL: true }), process.env);
    const service = {
      name: 'reporting',
      config,
      logger: createLogger('reporting', 'fatal'),
      metrics: createMetrics('reporting'),
      own: (part: Part) => void parts.push(part),
    };
    const url = config.REPORTING_DATABASE_URL;
    const db = createDatabase<ReportingTables>({
      url,
      schema: 'reporting',
      maxConnections: 1,
      patient: true,
    });
    parts.push({ name: 'database', start: async () => {}, stop: () => db.destroy() });
    const bus = await connectBus(service);
    const differences = await verify({ db, bus, signal: stop.signal, say: createNarrator() });
    const verdict = differences.length === 0 ? ['The projections are as the owners have it.'] : differences;
    process.stdout.write(`${verdict.join('\n')}\n`);
    return differences.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`It could not be found out: ${messageOf(error)}\n`);
    return 2;
  } finally {
    await stopParts(parts, () => {});
  }
}

if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(`${HELP}\n`);
else process.exitCode = await run();
