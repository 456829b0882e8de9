import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('src/', import.meta.url);
/** Asks for options, ends processes, or counts everything that there is. */
const wantsItsOwn = /\b(?:ownParley|startParley)\(/;

/**
 * The end-to-end tests that cannot be had of a Parley which runs already (PARLEY_BASE_URL): those that want
 * one of their own. Says on standard error which they are.
 * @returns {string[]} patterns of their paths; none where the tests start a Parley themselves
 */
export function leftOut() {
  if (process.env['PARLEY_BASE_URL'] === undefined || process.env['JEST_WORKER_ID'] !== undefined) return [];
  const files = readdirSync(folder).filter(
    (name) => name.endsWith('.test.ts') && wantsItsOwn.test(readFileSync(new URL(name, folder), 'utf8')),
  );
  console.error(`Skipped, for they need a Parley of their own: ${files.join(', ')}`);
  return files.map((name) => `/tests/end-to-end/src/${name.replaceAll('.', String.raw`\.`)}$`);
}
