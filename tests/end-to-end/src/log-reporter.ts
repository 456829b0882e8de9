import type { Reporter, Test, TestResult } from '@jest/reporters';
import { complaintsOf } from './kept-logs.ts';

/** Jest reporter that shows what the services complained of while an end-to-end test file failed. */
export default class LogReporter implements Reporter {
  async onTestResult({ path }: Test, result: TestResult): Promise<void> {
    if (result.numFailingTests === 0 && result.testExecError === undefined) return;
    const complaints = await complaintsOf(path, new Date(result.perfStats.start));
    if (complaints !== '') console.error(`What the services complained of during ${path}:\n${complaints}`);
  }
}
