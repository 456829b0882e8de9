import { prepared } from '../db/prepared.ts';

/** Deletes published rows; ids must be sorted, so that two deleters cannot wait for each other. */
export const deleteRows = prepared('outbox-delete', 'delete from outbox where id = any($1::uuid[])');
