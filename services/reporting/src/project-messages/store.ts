import { prepared } from '@parley/platform/db';
import type { Transaction } from 'kysely';
import type { ReportingTables } from '../database.ts';
import { rowOf, type Knowledge } from './decide.ts';
import { PROJECT } from './statement.ts';

const project = prepared('project-messages', PROJECT);

/**
 * Adds what is known of messages, each once, to what the projections hold. What they hold already changes nothing.
 */
export async function addKnowledge(
  trx: Transaction<ReportingTables>,
  known: readonly Knowledge[],
): Promise<void> {
  await project(trx, [JSON.stringify(known.map(rowOf))]);
}
