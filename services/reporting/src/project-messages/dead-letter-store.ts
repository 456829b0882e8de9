import { newRowId } from '@parley/contracts/ids';
import type { RejectedMessage } from '@parley/platform/bus';
import { prepared, type Executor } from '@parley/platform/db';

const insertDeadLetter = prepared(
  'insert-dead-letter',
  `insert into dead_letter (id, kind, subject, payload, reason, attempts) values ($1, 'fact', $2, $3, $4, $5)`,
);

/** Keeps a bus message of facts that could not be projected. */
export async function keepDeadLetter(db: Executor, rejected: RejectedMessage): Promise<void> {
  const { subject, payload, reason, deliveries } = rejected;
  await insertDeadLetter(db, [newRowId(), subject, storable(payload), storable(reason), deliveries]);
}

/** What made it a dead letter must not keep it from being kept: PostgreSQL's text has no NUL. */
function storable(text: string): string {
  return text.replaceAll('\u0000', '\uFFFD');
}
