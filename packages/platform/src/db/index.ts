export { bisect } from './bisect.ts';
export { exportPages, type ExportSource } from './export-page.ts';
export { asUnavailable, available, brokenUnique, isDataError, sqlState } from './failures.ts';
export { migrate, type MigrateOptions } from './migrate.ts';
export { createDatabase, openDatabase, type DatabaseOptions } from './open-database.ts';
export { prepared, type Executor } from './prepared.ts';
export { readPage, shortened, type Found, type Listing } from './read-page.ts';
export { inTransaction } from './transaction.ts';
export { whileAnswering } from './while-answering.ts';
