export { addToOutbox } from './add.ts';
export { createOutbox, type Outbox } from './outbox.ts';
export { factRows, noticeRow, workRow, type OutboxRow } from './row.ts';
