// `npm test`: everything CI checks, one stage after the other, up to the first that fails.
import { asksForHelp } from '@parley/launcher/cli/read-options';
import { StartError } from '@parley/launcher/start-error';
import { withProgress } from '../bootstrap/progress.mjs';
import { runStage, StageFailed } from './run-stage.ts';
import { type Stage, stages } from './stages.ts';
import { clearCounts, totalCounts } from './test-counts.ts';

const HELP = `npm test

Checks everything that CI checks, one stage after the other, up to the first that fails:
${stages.map(({ what }) => `  ${what}`).join('\n')}

A project's tests that have passed and whose files have not changed since are not run again, but for end-to-end tests.
One project: \`npm run nx -- run-many -t test -p dispatcher\`. One file: \`npm run jest -- services/dispatcher/src/health\`.
PARLEY_TEST_INFRA=docker has the tests take PostgreSQL and NATS from Testcontainers.`;

try {
  if (asksForHelp('npm test', process.argv.slice(2))) console.log(HELP);
  else process.exitCode = await check();
} catch (error) {
  console.error(error instanceof StartError ? error.message : error);
  process.exitCode = 1;
}

/** Gives the exit code. */
async function check(): Promise<number> {
  clearCounts();
  const started = Date.now();
  const failedStage = await firstFailure();
  const seconds = Math.round((Date.now() - started) / 1_000);
  const { passed, failed } = totalCounts();
  console.log(
    failedStage
      ? `\n${failedStage.what}: failed (after ${seconds} s)`
      : `\nAll checks passed in ${seconds} s`,
  );
  // A failed stage that is no test, such as the format, is one failure: "0 failed" must mean that all is well.
  console.log(`${passed} passed, ${failedStage ? Math.max(failed, 1) : failed} failed`);
  return failedStage ? 1 : 0;
}

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
