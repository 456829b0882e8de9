import { randomBytes } from 'node:crypto';
import { parseMessageId } from '@parley/contracts/ids';
import { stats } from '@parley/contracts/requests/query-stats';
import type { Instance } from '@parley/launcher/instance/start-instance';
import { drain } from '@parley/trial/drain';
import { startLoad } from '@parley/trial/load/load';
import { PLAIN_LOAD } from '@parley/trial/load/protocol';
import type { LoadReport } from '@parley/trial/load/protocol';
import type { Progress } from '@parley/trial/progress';
import { readJson } from '@parley/trial/read-json';
import { describeLoad } from '@parley/trial/report/describe-load';
import { unlessAborted } from '@parley/trial/unless-aborted';
import { openDatabaseLedger } from '../ledgers/database.ts';
import type { DatabaseLedger } from '../ledgers/database.ts';
import type { Ledgers } from '../ledgers/ledgers.ts';
import { countCalls, readCalls } from '../ledgers/providers.ts';
import { isSettled, reconcile } from '../ledgers/reconcile.ts';
import type { Outcome } from '../outcome.ts';
import { describeSettling, linesOf } from './describe.ts';
import type { Settling } from './describe.ts';
import type { Faults, Part } from './part.ts';
import { prepare } from './prepare.ts';

/** The Parley that is tried, which nobody else sends through meanwhile. */
export type Target = Pick<Instance, 'baseUrl' | 'simulatorUrl' | 'apiKey' | 'adminKey' | 'postgresUrl'>;

/** How much is sent, and what goes wrong. */
export interface Severity {
  seed: number;
  /** Requests a second, whatever the answers do. */
  rate: number;
  seconds: number;
  faults: Faults;
}

export interface Around {
  progress: Progress;
  signal?: AbortSignal | undefined;
  /** How long the messages may stand still before they are given up, ms. */
  patienceMs?: number | undefined;
}

/** Sends messages through misbehaving providers, waits until each is at its end or held, and holds the ledgers together. */
export async function sendThrough(
  target: Target,
  part: Part,
  severity: Severity,
  around: Around,
): Promise<Outcome> {
  const run = `chaos-${randomBytes(6).toString('hex')}`;
  const { simulatorUrl } = target;
  await prepare(target, part, severity);
  const [callsBefore, countedBefore] = await Promise.all([countCalls(simulatorUrl), countMessages(target)]);
  const report = await load(target, { run, part, severity }, around);
  await using database = openDatabaseLedger(target.postgresUrl);
  const counted = async () => (await countMessages(target)) - countedBefore;
  const settledAfter = await settle({ database, counted, run, part, around });
  const ledgers: Ledgers = {
    answered: report.ids.map((id) => parseMessageId(id) ?? id),
    unanswered: report.unknown,
    stored: await database.messages(run),
    calls: await readCalls(simulatorUrl, callsBefore),
    counted: await counted(),
  };
  const promised = { receipts: part.receipts !== 'off', brokenAreHeld: part.keys === 'ignored' };
  const { rate, seconds } = severity;
  return {
    title: `${part.title}: ${rate}/s for ${seconds} s, seed ${severity.seed}`,
    lines: linesOf({ ledgers, report, seconds, settledAfter }),
    findings: reconcile(ledgers, promised),
  };
}

/** A 429 makes its sender wait a second: with two seconds' worth of senders the others go on. */
function senders(rate: number): string[] {
  const count = Math.max(10, Math.ceil(rate * 2));
  return Array.from({ length: count }, (_, index) => `+1415${5_000_000 + index}`);
}

async function load(
  { baseUrl, apiKey }: Target,
  { run, part: { policy }, severity: { rate, seconds } }: { run: string; part: Part; severity: Severity },
  { progress, signal }: Around,
): Promise<LoadReport> {
  await using generator = await startLoad({
    ...PLAIN_LOAD,
    url: `${baseUrl}/v1/messages`,
    headers: { authorization: `Bearer ${apiKey}` },
    rate,
    keys: run,
    repeat: true,
    senders: senders(rate),
    fields: { client_reference: run, ...(policy !== null && { on_unknown_outcome: policy }) },
    all_ids: true,
  });
  const begun = performance.now();
  return await progress.live(
    () =>
      describeLoad('sending', generator.progress, {
        sinceMs: performance.now() - begun,
        ofSeconds: seconds,
      }),
    () => unlessAborted(generator.measure(seconds), signal),
  );
}

/** Resolves, when all are settled or nothing moves any more, with the seconds it took. */
async function settle({
  database,
  counted,
  run,
  part,
  around,
}: {
  database: DatabaseLedger;
  counted(): Promise<number>;
  run: string;
  part: Part;
  around: Around;
}): Promise<number> {
  const begun = performance.now();
  let latest: Settling | null = null;
  const receipts = part.receipts !== 'off';
  const look = async (): Promise<Settling & { left: number }> => {
    const states = await database.states(run);
    const sum = (some: typeof states) => some.reduce((total, { count }) => total + count, 0);
    const open = sum(states.filter((state) => !isSettled(state, { receipts })));
    const total = sum(states);
    return { states, total, open, left: Math.max(open, total - (await counted())) };
  };
  await around.progress.live(
    () => describeSettling(latest),
    () => drain({ look, seen: (look) => (latest = look), ...around }),
  );
  return (performance.now() - begun) / 1_000;
}

async function countMessages({ baseUrl, apiKey }: Target): Promise<number> {
  const headers = { authorization: `Bearer ${apiKey}` };
  return (await readJson(`${baseUrl}/v1/stats`, stats, { headers })).total;
}
