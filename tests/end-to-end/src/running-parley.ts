import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from '@jest/globals';
import { describeInstance, endpointOf, type Endpoint } from '@parley/launcher/instance/instance-file';
import { startInstance, type Instance, type InstanceOptions } from '@parley/launcher/instance/start-instance';
import { until } from '@parley/testkit';
import { attachedTo, isAttached } from './attached.ts';
import { messageIn, parleyClient, type Answer, type ParleyClient } from './parley-client.ts';

/** A whole Parley of real processes that runs while a test file runs. */
export interface RunningParley {
  /** How it is reached. */
  endpoint(): Endpoint;
  /** Its processes; there only when the tests have started them. */
  instance(): Instance;
  client(): ParleyClient;
  /** Where its `parley.json` is. */
  dataDir(): string;
}

/** One that somebody else has started. */
export type Reached = Pick<RunningParley, 'endpoint' | 'client'>;

/**
 * Starts a Parley of its own, with its own servers and data, before the file's tests and stops it after them; where
 * PARLEY_BASE_URL names one that runs, that one is used, and files that want options or processes are left out.
 */
export function runningParley(options: Omit<InstanceOptions, 'dataDir'> = {}): RunningParley {
  let endpoint: Endpoint | undefined;
  let instance: Instance | undefined;
  let client: ParleyClient | undefined;
  let dataDir: string | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-end-to-end-'));
    if (isAttached) {
      endpoint = await attachedTo();
      await writeFile(join(dataDir, 'parley.json'), JSON.stringify(describeInstance(endpoint)), {
        mode: 0o600,
      });
    } else {
      const servers = { postgresUrl: null, natsUrl: null, readyTimeoutMs: 240_000 };
      instance = await startInstance({ dataDir, ...servers, ...options });
      endpoint = endpointOf(instance);
    }
    client = parleyClient(endpoint);
    // Whatever the file before this one had its providers do.
    if (isAttached)
      await client.simulator('/control/chaos', { method: 'PUT', body: { seed: 1, receipts: {} } });
  });

  afterAll(async () => {
    await client?.close();
    await instance?.stop();
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  });

  return {
    endpoint: () => started(endpoint),
    instance: () => started(instance),
    client: () => started(client),
    dataDir: () => started(dataDir),
  };
}

/** The same for tests that count everything there is: nobody has used it before. */
export const unusedParley = runningParley;

function started<T>(thing: T | undefined): T {
  if (thing === undefined) throw new Error('Parley has not been started');
  return thing;
}

/** Reads a message again and again until it has the status. */
export function untilStatus(client: ParleyClient, id: string, status: string): Promise<Answer> {
  return until(
    async () => {
      const answer = await client.call(`/v1/messages/${id}`);
      return messageIn(answer).status === status ? answer : null;
    },
    { what: `message ${id} is ${status}` },
  );
}

/** Lists messages again and again until the query gives this many. */
export function untilListed(client: ParleyClient, query: string, count: number): Promise<unknown[]> {
  return until(
    async () => {
      const { data } = (await client.call(`/v1/messages?${query}`)).body as { data: unknown[] };
      return data.length === count ? data : null;
    },
    { what: `${query} lists ${count}` },
  );
}
