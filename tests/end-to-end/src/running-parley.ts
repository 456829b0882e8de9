import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { dataLayout } from '@parley/launcher/data/layout';
import { describeInstance, endpointOf, type Endpoint } from '@parley/launcher/instance/instance-file';
import type { Instance, InstanceOptions } from '@parley/launcher/instance/start-instance';
import { until } from '@parley/testkit';
import { givenParleyFile, readGiven } from './given-parley.ts';
import { keepLogs } from './kept-logs.ts';
import { messageIn, parleyClient, type Answer, type ParleyClient } from './parley-client.ts';
import { expecting } from './people.ts';
import { FASTER, startParley } from './start-parley.ts';

/** A whole Parley of real processes that runs while a test file runs. */
export interface RunningParley {
  /** How it is reached. */
  endpoint(): Endpoint;
  client(): ParleyClient;
  /** Where its `parley.json` is. */
  dataDir(): string;
}

/** One that somebody else has started. */
export type Reached = Pick<RunningParley, 'endpoint' | 'client'>;

/** One that the file has started itself. */
export interface OwnParley extends RunningParley {
  /** Its processes. */
  instance(): Instance;
}

/** What a test file uses, where its logs are, and how it is left. */
interface Held {
  endpoint: Endpoint;
  logs: string;
  leave?: () => Promise<void>;
}

/**
 * A Parley that the file does not have to itself: others use it before and after, though none meanwhile, so it uses
 * numbers, senders and accounts of its own and counts nothing but those. Where none is shared, it starts one.
 */
export function runningParley(): RunningParley {
  return heldWhileTestsRun(async (dataDir) => {
    const file = givenParleyFile();
    if (file === undefined) return ownIn(await startParley({ dataDir, ...FASTER }), dataDir);
    const endpoint = await readGiven(file);
    await writeFile(join(dataDir, 'parley.json'), JSON.stringify(describeInstance(endpoint)), {
      mode: 0o600,
    });
    await undoChanges(endpoint);
    return { endpoint, logs: dataLayout(dirname(file)).logs };
  });
}

/**
 * A Parley that is started for the file alone, because of its options, because the tests end its processes, or because
 * they count everything there is. Left out where PARLEY_BASE_URL names one that runs.
 */
export function ownParley(options: Omit<InstanceOptions, 'dataDir'> = {}): OwnParley {
  let instance: Instance | undefined;
  const held = heldWhileTestsRun(async (dataDir) => {
    instance = await startParley({ dataDir, ...options });
    return ownIn(instance, dataDir);
  });
  return { ...held, instance: () => started(instance) };
}

function ownIn(instance: Instance, dataDir: string): Held {
  return {
    endpoint: endpointOf(instance),
    logs: dataLayout(dataDir).logs,
    leave: () => instance.stop(),
  };
}

function heldWhileTestsRun(take: (dataDir: string) => Promise<Held>): RunningParley {
  let held: Held | undefined;
  let client: ParleyClient | undefined;
  let dataDir: string | undefined;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'parley-end-to-end-'));
    held = await take(dataDir);
    client = parleyClient(held.endpoint);
  });

  afterAll(async () => {
    await client?.close();
    await held?.leave?.();
    if (held !== undefined) await keepLogs(expect.getState().testPath ?? '', held.logs);
    if (dataDir !== undefined) await rm(dataDir, { recursive: true, force: true });
  });

  return {
    endpoint: () => started(held).endpoint,
    client: () => started(client),
    dataDir: () => started(dataDir),
  };
}

/** Whatever the file before this one had the providers do, and changed of the connections that it shares. */
async function undoChanges(endpoint: Endpoint): Promise<void> {
  const client = parleyClient(endpoint);
  const change = { method: 'PATCH', body: { rate_per_second: null, honours_idempotency_keys: null } };
  try {
    const kind = { method: 'PUT', body: { seed: 1, receipts: {} } };
    await expecting(200, client.simulator('/control/chaos', kind));
    for (const id of ['sms', 'sms-2'])
      await expecting(200, client.call(`/v1/connections/${id}`, { ...change, key: endpoint.adminKey }));
  } finally {
    await client.close();
  }
}

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
