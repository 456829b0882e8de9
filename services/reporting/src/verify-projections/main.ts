// Compares the projections with the owners, in the environment of the service; see HELP.
import { connectBus } from '@parley/platform/bus';
import { createDatabase, whileAnswering } from '@parley/platform/db';
import {
  createLogger,
  createMetrics,
  delay,
  messageOf,
  readConfig,
  stopParts,
  Unavailable,
  type Part,
  type ServiceConfig,
} from '@parley/platform/runtime';
import { reportingConfig } from '../config.ts';
import type { ReportingTables } from '../database.ts';
import { verify } from './verify.ts';

const HELP = `Compares reporting's projections with what dispatcher and ingest know: every message field by field, conversations
and statistics with what the messages add up to. Serving goes on meanwhile. Prints the first differences, and exits with
1 when there are any, with 2 when it could not be found out.

Reads REPORTING_DATABASE_URL and NATS_URL, as the service does.`;

const SAID_EVERY_MS = 2_000;
const CONNECT_MS = 5_000;
const STOP_MS = 2_000;

interface Comparison {
  config: ServiceConfig & { REPORTING_DATABASE_URL: string };
  signal: AbortSignal;
  parts: Part[];
}

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
  const { signal } = stop;
  process.once('SIGINT', () => stop.abort()).once('SIGTERM', () => stop.abort());
  try {
    const config = readConfig(reportingConfig.omit({ DIRECTORY_DATABASE_URL: true }), process.env);
    const url = config.REPORTING_DATABASE_URL;
    const differences = await whileAnswering({ url, signal }, () => compare({ config, signal, parts }));
    const verdict = differences.length === 0 ? ['The projections are as the owners have it.'] : differences;
    process.stdout.write(`${verdict.join('\n')}\n`);
    return differences.length === 0 ? 0 : 1;
  } catch (error) {
    process.stderr.write(`It could not be found out: ${messageOf(error)}\n`);
    return 2;
  } finally {
    await Promise.race([stopParts(parts, () => {}), delay(STOP_MS)]);
  }
}

/** What differs. The parts that have to be stopped afterwards are added to those given. */
async function compare({ config, signal, parts }: Comparison): Promise<string[]> {
  const service = {
    name: 'reporting',
    config,
    logger: createLogger('reporting', 'fatal'),
    metrics: createMetrics('reporting'),
    own: (part: Part) => void parts.push(part),
  };
  const url = config.REPORTING_DATABASE_URL;
  const db = createDatabase<ReportingTables>({ url, schema: 'reporting', maxConnections: 1, patient: true });
  parts.push({ name: 'database', start: async () => {}, stop: () => db.destroy() });
  const bus = await Promise.race([connectBus(service), withoutBus()]);
  return verify({ db, bus, signal, say: createNarrator() });
}

/** A service waits for the bus as long as it takes, but somebody waits for us. */
async function withoutBus(): Promise<never> {
  await delay(CONNECT_MS);
  throw new Unavailable('NATS does not answer');
}

if (process.argv.includes('--help') || process.argv.includes('-h')) process.stdout.write(`${HELP}\n`);
// At once: what a frozen server has not answered would keep us.
else process.exit(await run());
