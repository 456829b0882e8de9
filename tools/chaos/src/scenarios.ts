import type { InstanceOptions } from '@parley/launcher/instance/start-instance';
import { sendTogether } from './due-together/send-together.ts';
import type { ChaosOptions, ScenarioName } from './options.ts';
import type { Outcome } from './outcome.ts';
import type { Around, Target } from './target.ts';
import { BAD_DAY, keysHonoured, keysIgnored } from './through-providers/part.ts';
import type { Part } from './through-providers/part.ts';
import { sendThrough } from './through-providers/send-through.ts';

/** What is done to a running Parley. */
export interface Scenario {
  /** What the instance has to be like. */
  instance: Pick<InstanceOptions, 'envOf' | 'replicas'>;
  /** Its parts, one after the other. */
  run(target: Target, options: ChaosOptions, around: Around): AsyncGenerator<Outcome>;
}

export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  providers: throughProviders([keysHonoured, keysIgnored]),
  unknowns: throughProviders([keysIgnored]),
  schedule: {
    instance: {},
    run: async function* (target, { seconds, rate }, around) {
      const within = seconds ?? 10;
      const count = Math.ceil((rate ?? 2_000) * within);
      yield await sendTogether(
        target,
        { count, seconds: within, leadSeconds: 10 + count / 1_000, mostLateMs: 1_000 },
        around,
      );
    },
  },
};

function throughProviders(parts: readonly Part[]): Scenario {
  return {
    instance: {},
    run: async function* (target, { seed, seconds, rate }, around) {
      for (const part of parts) {
        const severity = { seed, seconds: seconds ?? 60, rate: rate ?? 500, faults: BAD_DAY };
        yield await sendThrough(target, part, severity, around);
      }
    },
  };
}
