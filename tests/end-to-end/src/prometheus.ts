import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@parley/launcher/processes/free-port';
import type { Instance } from '@parley/launcher/instance/start-instance';
import { until } from '@parley/testkit';
import { z } from 'zod';

/** Whether Debian's package `prometheus`, or any other, is installed here. */
export const HAS_PROMETHEUS = spawnSync('prometheus', ['--version']).status === 0;

const queried = z.object({ data: z.object({ result: z.array(z.unknown()) }) });
const ruled = z.object({
  data: z.object({
    groups: z.array(z.object({ rules: z.array(z.object({ name: z.string(), health: z.string() })) })),
  }),
});

/** A real Prometheus that scrapes an instance. */
export interface Prometheus {
  /** How many series a query of now gives. */
  count(promql: string): Promise<number>;
  /** What it says of its alerts: `ok` once it has evaluated one. */
  rules(): Promise<{ name: string; health: string }[]>;
  stop(): Promise<void>;
}

/** Starts Prometheus on a free port, with our rules; it scrapes every service once a second. */
export async function startPrometheus(instance: Instance, rules: string): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-prometheus-'));
  const config = join(folder, 'prometheus.json');
  const targets = instance.processes.flatMap(({ program, operationsUrl }) =>
    operationsUrl === null
      ? []
      : [{ targets: [new URL(operationsUrl).host], labels: { service: String(program) } }],
  );
  const jobs = [{ job_name: 'parley', honor_labels: true, static_configs: targets }];
  const global = { scrape_interval: '1s', evaluation_interval: '1s' };
  // JSON is YAML.
  await writeFile(config, JSON.stringify({ global, rule_files: [rules], scrape_configs: jobs }));
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    'prometheus',
    [
      `--config.file=${config}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
    ],
    { stdio: 'ignore' },
  );
  const ask = async (path: string): Promise<unknown> => (await fetch(`http://${address}${path}`)).json();
  await until(async () => (await fetch(`http://${address}/-/ready`).catch(() => null))?.ok === true, {
    timeoutMs: 60_000,
    what: 'Prometheus is ready',
  });
  return {
    count: async (promql) =>
      queried.parse(await ask(`/api/v1/query?query=${encodeURIComponent(promql)}`)).data.result.length,
    rules: async () => ruled.parse(await ask('/api/v1/rules')).data.groups.flatMap((group) => group.rules),
    stop: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}
