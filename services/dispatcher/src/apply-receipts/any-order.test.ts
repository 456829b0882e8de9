import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ReceiptReceived, ReceiptStatus } from '@parley/contracts/facts/receipt-facts';
import { connectionId } from '@parley/contracts/ids';
import type { Outcome } from '@parley/providers/provider';
import { aMessage, openTestDatabase } from '@parley/testkit';
import fc from 'fast-check';
import type { DispatcherTables } from '../database.ts';
import { outcomesOn } from '../testing/outcomes.ts';
import { aReceipt, SMS } from '../testing/rows.ts';
import type { Claimed } from '../send-message/claim.ts';
import { finishAfterCall } from '../send-message/judge.ts';

const OTHER = connectionId.parse('sms-2');
/** Lately: what matches nothing for days is dropped. */
const RECEIVED_AT = new Date().toISOString();
const OCCURRED = ['2026-01-15T12:00:05.000Z', '2026-01-15T12:00:07.000Z', null];

const { db, close } = await openTestDatabase<DispatcherTables>('dispatcher');
let outcomes: ReturnType<typeof outcomesOn>;

beforeAll(async () => {
  outcomes = outcomesOn(db);
});
afterAll(close);

/** One call: what was recorded of it before the next one was made, what really came of it, and what was reported. */
const call = fc.record({
  recorded: fc.constantFrom('unknown', 'unknown', 'unavailable'),
  end: fc.oneof(
    { weight: 3, arbitrary: fc.constant('accepted') },
    { weight: 1, arbitrary: fc.constantFrom('unknown', 'refused', 'unavailable', 'throttled') },
  ),
  failsOver: fc.boolean(),
  reports: fc.array(
    fc.record({
      status: fc.constantFrom<ReceiptStatus>('delivered', 'undelivered', 'undelivered', 'read'),
      error_code: fc.constantFrom(null, '30003', '30005'),
      occurred_at: fc.constantFrom(...OCCURRED),
    }),
    { minLength: 1, maxLength: 2 },
  ),
});
const story = fc.record({
  /** The rounds of a message, each with its calls; of the last call of a round nothing need be recorded yet. */
  rounds: fc.array(
    fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 3 }), isLastRecorded: fc.boolean() }),
    { minLength: 1, maxLength: 2 },
  ),
  /** Whether all accepted calls of a round are the same to the provider. */
  honours: fc.constantFrom(true, false, false),
});
type Story = typeof story extends fc.Arbitrary<infer T> ? T : never;
type Call = Story['rounds'][number]['calls'][number];

/** Something that happens to a message, sooner or later, and maybe more than once. */
type Happening = () => Promise<unknown>;

function outcomeOf(kind: Outcome['kind'], provider_message_id: string): Outcome {
  switch (kind) {
    case 'accepted':
      return { kind, provider_message_id };
    case 'refused':
      return { kind, code: '21211', detail: 'Invalid To' };
    case 'throttled':
      return { kind, retry_after_ms: null };
    case 'unavailable':
      return { kind, reason: 'http_503', retry_after_ms: null, connection_wide: false };
    case 'unknown':
      return { kind, reason: 'timeout' };
  }
}

/** The n-th call of a message lasts a second of the n-th minute. */
function endOf(claimed: Claimed, outcome: Outcome, honours_idempotency_keys: boolean) {
  const at = (second: number) =>
    new Date(Date.UTC(2026, 0, 15, 10, claimed.attempt_no, second)).toISOString();
  const trust = { honours_idempotency_keys, on_unknown_outcome: 'retry', took_none: false } as const;
  const call = { connection_id: claimed.provider, outcome, by: 'call', trust } as const;
  return finishAfterCall(claimed, { ...call, started_at: at(0), finished_at: at(1) }, 0);
}

/** What really comes of a call: what was known for sure stays so, and a repeated key is not answered both ways. */
function endingOf({ recorded, end }: Call, isRecorded: boolean, couldContradict: boolean): Outcome['kind'] {
  if (isRecorded && recorded === 'unavailable') return 'unavailable';
  if (isRecorded || (end === 'refused' && couldContradict)) return end === 'accepted' ? end : 'unknown';
  return end;
}

/** Makes the calls of a story for a new message; returns which message it is, what is still to happen, and what it is then. */
async function begin({ rounds, honours }: Story) {
  let claimed = await outcomes.claimNew(aMessage());
  const { id } = claimed;
  const happenings: Happening[] = [];
  let arrived: 'delivered' | 'read' | null = null;
  // A call that ends only when the next round has begun is unanswered as long.
  const unsure = rounds.map(({ calls, isLastRecorded }, number) =>
    calls.some(({ recorded, end }, index) =>
      index < calls.length - 1 || isLastRecorded
        ? recorded === 'unknown'
        : end === 'unknown' || number < rounds.length - 1,
    ),
  );
  // Which round a receipt belongs to that only names its message cannot be told when both have unanswered calls.
  const mayName = unsure.filter(Boolean).length < 2;
  for (const [number, { calls, isLastRecorded }] of rounds.entries()) {
    if (number > 0) {
      arrived = null;
      await outcomes.openRound(id);
      claimed = await outcomes.claimAgain(id);
    }
    for (const [index, call] of calls.entries()) {
      const isLast = index === calls.length - 1;
      const isRecorded = !isLast || isLastRecorded;
      if (isRecorded) await outcomes.finish(endOf(claimed, outcomeOf(call.recorded, ''), honours));
      const provider_message_id = honours ? `p-${number}` : `p-${claimed.attempt_no}`;
      const kind = endingOf(call, isRecorded, honours && index > 0);
      const end = endOf(claimed, outcomeOf(kind, provider_message_id), honours);
      happenings.push(() => outcomes.finish(end));
      const { provider: connection_id } = claimed;
      const receipts: ReceiptReceived[] = call.reports.map((report) =>
        aReceipt(report.status, {
          ...report,
          received_at: RECEIVED_AT,
          connection_id,
          provider_message_id,
          client_reference: mayName ? id : null,
        }),
      );
      if (kind === 'accepted' || (kind === 'unknown' && mayName)) {
        happenings.push(...receipts.map((receipt) => () => outcomes.receipts.apply([receipt])));
        for (const { status } of receipts)
          if (status !== 'undelivered' && arrived !== 'read') arrived = status;
      }
      if (!isLast) claimed = await outcomes.claimAgain(id, call.failsOver ? OTHER : SMS);
    }
  }
  return { id, happenings, arrived };
}

/** How a story ends when the rest of it happens in this order, these many things at once. */
async function play(told: Story, arrange: (happenings: Happening[]) => Happening[], atOnce: number) {
  await outcomes.clear();
  const { id, happenings, arrived } = await begin(told);
  const order = arrange(happenings);
  for (let at = 0; at < order.length; at += atOnce)
    await Promise.all(order.slice(at, at + atOnce).map((happen) => happen()));
  for (let round = 0; round < 4; round += 1) await outcomes.sweep();
  const { stale_after, ...shown } = await outcomes.shown(id);
  const { status, delivered_at, read_at } = shown;
  expect(['delivered', 'read'].includes(status) ? status : null).toBe(arrived);
  expect([delivered_at !== null, read_at !== null]).toEqual([arrived !== null, arrived === 'read']);
  return { ...shown, isOver: stale_after === null };
}

test('whatever became of calls, in however many rounds, and was reported on them: its order and repetition do not matter', async () => {
  await fc.assert(
    fc.asyncProperty(story, fc.gen(), fc.integer({ min: 1, max: 4 }), async (told, gen, atOnce) => {
      const once = await play(told, (happenings) => happenings, 1);
      const anyhow = await play(
        told,
        (happenings) =>
          gen(fc.shuffledSubarray, [...happenings, ...happenings], { minLength: happenings.length * 2 }),
        atOnce,
      );
      expect(anyhow).toEqual(once);
    }),
    { numRuns: 20 },
  );
});
