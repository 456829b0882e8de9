import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How many tests ran, and how they ended. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const directory = `${root}.nx/test-counts`;

/** Forgets the counts of earlier runs. */
export function clearCounts(): void {
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
}

/**
 * Keeps the counts of one project: a file that Nx knows as the output of the project's tests, so that it comes
 * back when Nx replays a result instead of running the tests again.
 */
export function writeCounts(projectRoot: string, counts: TestCounts): void {
  const file = `${directory}/${relative(root, projectRoot)}.json`;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(counts));
}

/** Adds up the counts of all projects that ran, or were replayed, since `clearCounts`. */
export function totalCounts(): TestCounts {
  const files = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  return files
    .filter((file) => file.endsWith('.json'))
    .map((file): TestCounts => JSON.parse(readFileSync(`${directory}/${file}`, 'utf8')))
    .reduce((sum, counts) => ({ passed: sum.passed + counts.passed, failed: sum.failed + counts.failed }), {
      passed: 0,
      failed: 0,
    });
}
