import type { Instance, InstanceOptions } from '@parley/launcher/instance/start-instance';
import { crowdLane } from './crowded-lane/crowd-lane.ts';
import { sendTogether } from './due-together/send-together.ts';
import { killInTurn } from './kill-in-turn/kill-in-turn.ts';
import type { ChaosOptions, ScenarioName } from './options.ts';
import type { Outcome } from './outcome.ts';
import type { Around } from './target.ts';
import { BAD_DAY, keysHonoured, keysIgnored } from './through-providers/part.ts';
import type { Part } from './through-providers/part.ts';
import { sendThrough } from './through-providers/send-through.ts';

/** What is done to a running Parley. */
export interface Scenario {
  /** What the instance has to be like. */
  instance: Pick<InstanceOptions, 'envOf' | 'replicas'>;
  /** Its parts, one after the other. */
  run(instance: Instance, options: ChaosOptions, around: Around): AsyncGenerator<Outcome>;
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
  crashes: {
    // Short leases, so that what the dead have held is taken up again while people watch.
    instance: {
      envOf: {
        dispatcher: {
          LEASE_MS: '4000',
          PROVIDER_TIMEOUT_MS: '3000',
          RECONCILE_INTERVAL_MS: '500',
          QUEUED_STALE_MS: '5000',
        },
      },
    },
    run: async function* (instance, { seed, seconds, rate }, around) {
      const meanwhile = (signal: AbortSignal) => killInTurn(instance, around.progress, signal);
      const severity = { seed, seconds: seconds ?? 60, rate: rate ?? 300, faults: BAD_DAY, meanwhile };
      for (const part of [keysHonoured, keysIgnored]) {
        const title = `${part.title}, while everything is killed in turn`;
        yield await sendThrough(instance, { ...part, title }, severity, around);
      }
    },
  },
  lanes: {
    instance: { replicas: { dispatcher: 3 } },
    run: (target, { seconds, backlog }, around) =>
      crowdLane(target, { backlog, seconds: seconds ?? 30 }, around),
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
