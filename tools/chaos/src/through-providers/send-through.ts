import { randomBytes } from 'node:crypto';
import { parseMessageId } from '@parley/contracts/ids';
import { startLoad } from '@parley/trial/load/load';
import { PLAIN_LOAD } from '@parley/trial/load/protocol';
import type { LoadReport } from '@parley/trial/load/protocol';
import { describeLoad } from '@parley/trial/report/describe-load';
import { unlessAborted } from '@parley/trial/unless-aborted';
import { openDatabaseLedger } from '../ledgers/database.ts';
import type { Ledgers } from '../ledgers/ledgers.ts';
import { countCalls, readCalls } from '../ledgers/providers.ts';
import { reconcile } from '../ledgers/reconcile.ts';
import type { Promised } from '../ledgers/reconcile.ts';
import { settle } from '../ledgers/settle.ts';
import { countMessages } from '../ledgers/statistics.ts';
import type { Outcome } from '../outcome.ts';
import { timed } from '../target.ts';
import type { Around, Target } from '../target.ts';
import { linesOf } from './describe.ts';
import type { Faults, Part } from './part.ts';
import { prepare } from './prepare.ts';

/** How much is sent, and what goes wrong. */
export interface Severity {
  seed: number;
  /** Requests a second, whatever the answers do. */
  rate: number;
  seconds: number;
  faults: Faults;
  /** What else happens while messages are sent, until the signal is aborted. */
  meanwhile?: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Sends messages through misbehaving providers, waits until each is at its end or held, and holds the ledgers against
 * each other. Throws when it cannot be done or is aborted.
 */
export async function sendThrough(
  target: Target,
  part: Part,
  severity: Severity,
  around: Around,
): Promise<Outcome> {
  const reference = `chaos-${randomBytes(6).toString('hex')}`;
  const { simulatorUrl } = target;
  const receipts = part.receipts !== 'off';
  await prepare(target, part, severity);
  const [callsBefore, countedBefore] = await Promise.all([countCalls(simulatorUrl), countMessages(target)]);
  const report = await load(target, { reference, part, severity }, around);
  await using database = openDatabaseLedger(target.postgresUrl);
  const counted = async (): Promise<number> => (await countMessages(target)) - countedBefore;
  const [, settledAfter] = await timed(() => settle({ reference, receipts, database, counted }, around));
  const ledgers: Ledgers = {
    answered: report.ids.map((id) => parseMessageId(id) ?? id),
    unanswered: report.unknown,
    stored: await database.messages(reference),
    calls: await readCalls(simulatorUrl, callsBefore),
    counted: await counted(),
  };
  const { rate, seconds, seed } = severity;
  return {
    title: `${part.title}: ${rate}/s for ${seconds} s, seed ${seed}`,
    lines: linesOf({ ledgers, report, seconds, settledAfter }),
    findings: reconcile(ledgers, { receipts, held: whoIsHeld(part, severity) }),
  };
}

/** Where keys are honoured, whatever is unknown is called again, and a receipt may settle what nobody could. */
function whoIsHeld({ keys }: Part, { meanwhile }: Severity): Promised['held'] {
  if (keys === 'honoured') return 'any';
  return meanwhile === undefined ? 'broken' : 'broken and more';
}

/** A 429 makes its sender wait a second: with two seconds' worth of senders the others go on. */
function senders(rate: number): string[] {
  const count = Math.max(10, Math.ceil(rate * 2));
  return Array.from({ length: count }, (_, index) => `+1415${5_000_000 + index}`);
}

async function load(
  { baseUrl, apiKey }: Target,
  {
    reference,
    part: { policy },
    severity: { rate, seconds, meanwhile },
  }: { reference: string; part: Part; severity: Severity },
  { progress, signal }: Around,
): Promise<LoadReport> {
  await using generator = await startLoad({
    ...PLAIN_LOAD,
    url: `${baseUrl}/v1/messages`,
    headers: { authorization: `Bearer ${apiKey}` },
    rate,
    keys: reference,
    repeat: true,
    senders: senders(rate),
    fields: { client_reference: reference, ...(policy !== null && { on_unknown_outcome: policy }) },
    all_ids: true,
  });
  const begun = performance.now();
  const ended = new AbortController();
  const besides = meanwhile?.(ended.signal);
  try {
    return await progress.live(
      () =>
        describeLoad('sending', generator.progress, {
          sinceMs: performance.now() - begun,
          ofSeconds: seconds,
        }),
      () => unlessAborted(generator.measure(seconds), signal),
    );
  } finally {
    ended.abort();
    await besides;
  }
}
