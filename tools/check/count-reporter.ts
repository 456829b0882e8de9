import type { AggregatedResult, Config, Reporter, TestContext } from '@jest/reporters';
import { writeCounts } from './test-counts.ts';

/** Jest reporter that leaves the project's test counts where `npm test` adds them up. */
export default class CountReporter implements Reporter {
  readonly #projectRoot: string;

  constructor({ rootDir }: Config.GlobalConfig) {
    this.#projectRoot = rootDir;
  }

  onRunComplete(_contexts: Set<TestContext>, results: AggregatedResult): void {
    writeCounts(this.#projectRoot, {
      passed: results.numPassedTests,
      // A file that cannot even be loaded has no tests to count, but is no less of a failure.
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    });
  }
}
