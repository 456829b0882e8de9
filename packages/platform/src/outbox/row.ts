import type { FactContract, NoticeContract, WorkContract } from '@parley/contracts/contract';
import { newRowId } from '@parley/contracts/ids';
import { factsTexts, noticeText, workText, type CauseOf } from '../bus/payloads.ts';

/** One thing to publish, committed together with the state it tells of. */
export interface OutboxRow {
  /** Also the bus message's id, so publishing a row twice stores it once. */
  id: string;
  subject: string;
  /** The bus message's text, JSON. */
  payload: string;
  /** Not to be published before, an instant; null = at once, by the process that commits it. */
  available_at: string | null;
  /** The message that a piece of work is about; null for facts and notices. */
  message_id: string | null;
}

/** The rows of a batch of facts: one for all of them, more only where they do not fit. */
export function factRows<Fact>(
  contract: FactContract<Fact>,
  facts: readonly Fact[],
  causeOf?: CauseOf<Fact>,
): OutboxRow[] {
  return factsTexts(contract, facts, causeOf).map((payload) => row(contract.subject, payload));
}

/** When a piece of work is due, an instant or null = at once, and the span that it came from, if it is traced. */
export interface WorkOptions {
  available_at?: string | null;
  cause?: string | undefined;
}

/** The row of one piece of work. */
export function workRow<Work extends { message_id: string }>(
  contract: WorkContract<Work>,
  work: Work,
  { available_at = null, cause }: WorkOptions = {},
): OutboxRow {
  return {
    ...row(contract.subject(work), workText(contract, work, cause)),
    available_at,
    message_id: work.message_id,
  };
}

/** The row of a notice. */
export function noticeRow<Notice>(contract: NoticeContract<Notice>, notice: Notice): OutboxRow {
  return row(contract.subject, noticeText(contract, notice));
}

function row(subject: string, payload: string): OutboxRow {
  return { id: newRowId(), subject, payload, available_at: null, message_id: null };
}
