// `npm test`: everything CI checks, one stage after the other, up to the first that fails.
import { withProgress } from '../bootstrap/progress.mjs';
import { runStage, StageFailed } from './run-stage.ts';
import { type Stage, stages } from './stages.ts';
import { clearCounts, totalCounts } from './test-counts.ts';

clearCounts();
const started = Date.now();
const failedStage = await firstFailure();
const seconds = Math.round((Date.now() - started) / 1_000);
const { passed, failed } = totalCounts();
console.log(
  failedStage ? `\n${failedStage.what}: failed (after ${seconds} s)` : `\nAll checks passed in ${seconds} s`,
);
// A failed stage that is no test, such as the format, is one failure: "0 failed" must mean that all is well.
console.log(`${passed} passed, ${failedStage ? Math.max(failed, 1) : failed} failed`);
process.exitCode = failedStage ? 1 : 0;

async function firstFailure(): Promise<Stage | undefined> {
  for (const stage of stages) {
    try {
      await withProgress(stage.what, () => runStage(stage), { quietMs: 0 });
    } catch (error) {
      if (!(error instanceof StageFailed)) throw error;
      console.log(error.output);
      return stage;
    }
  }
  return undefined;
}
