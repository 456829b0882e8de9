import { startOwnInstance } from '@parley/trial/own-instance';
import type { Progress } from '@parley/trial/progress';
import { describeMachine, lookAtMachine } from '@parley/trial/report/machine';
import type { ChaosOptions } from './options.ts';
import type { Outcome } from './outcome.ts';
import { scenarios } from './scenarios.ts';

/**
 * Runs a scenario on an instance of its own, tells `found` of each part as it ends, and resolves with whether all was
 * as promised. Whatever was started is stopped when it settles; the data is kept, and said where, when something is
 * wrong. Rejects when it cannot be done or is aborted.
 */
export async function chaos(
  options: ChaosOptions,
  {
    progress,
    signal,
    found,
  }: { progress: Progress; signal?: AbortSignal | undefined; found(outcome: Outcome): void },
): Promise<boolean> {
  const { data } = options;
  const scenario = scenarios[options.scenario];
  await using own = await startOwnInstance({
    purpose: 'chaos',
    data,
    ...scenario.instance,
    progress,
    signal,
  });
  for (const line of describeMachine(lookAtMachine(own.dataDir))) progress.say(line);
  let isClean = true;
  for await (const outcome of scenario.run(own.instance, options, { progress, signal })) {
    found(outcome);
    isClean &&= outcome.findings.length === 0;
  }
  if (!isClean)
    progress.say(
      `Data and logs are kept in ${own.keepData()}; \`npm start -- --data ${own.dataDir}\` brings it up again, ` +
        'and GET /v1/messages/<id>/timeline tells what happened to a message.',
    );
  return isClean;
}
