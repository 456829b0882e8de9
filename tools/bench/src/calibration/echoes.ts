import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startLoad } from '@parley/trial/load/load';
import { PLAIN_LOAD } from '@parley/trial/load/protocol';
import { unlessAborted } from '@parley/trial/unless-aborted';
import { z } from 'zod';
import type { CalibrationOptions } from './calibrate.ts';

const PROGRAM = fileURLToPath(new URL('echo-process.ts', import.meta.url));
const WARM_UP_MS = 1_000;
const hello = z.object({ port: z.int() });

/**
 * How many of the benchmark's requests a bare `node:http` server in a process of its own echoes per second, driven
 * by the benchmark's own load generator: the ceiling of anything that speaks HTTP on this machine.
 */
export async function echoesPerSecond(
  connections: number,
  { seconds, signal }: CalibrationOptions,
): Promise<number> {
  const server = fork(PROGRAM, { execArgv: [] });
  try {
    const [message] = await once(server, 'message', { signal });
    const { port } = hello.parse(message);
    const url = `http://127.0.0.1:${port}/v1/messages`;
    await using load = await startLoad({ ...PLAIN_LOAD, url, connections });
    await delay(WARM_UP_MS, undefined, { signal });
    const { accepted_in_window } = await unlessAborted(load.measure(seconds), signal);
    return accepted_in_window / seconds;
  } finally {
    if (server.connected) server.disconnect();
  }
}
