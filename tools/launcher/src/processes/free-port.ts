import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { StartError, systemCode } from '../start-error.ts';

// Below every system's ephemeral range: a port from inside it can be taken by any outgoing connection while its
// server restarts, even by a client that waits for that very server.
const LOWEST = 10_240;
const HIGHEST = 32_000;

/** Whether `port` of `host` (default loopback) can be listened on at this moment. */
export async function isPortFree(port: number, host = '127.0.0.1'): Promise<boolean> {
  const probe = createServer();
  try {
    probe.listen({ port, host, exclusive: true });
    await once(probe, 'listening');
    return true;
  } catch (error) {
    if (systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES') return false;
    throw error;
  } finally {
    await new Promise<void>((resolve) => probe.close(() => resolve()));
  }
}

/**
 * A loopback port nobody listens on, and that nobody else is given by this function, in any process, before this one
 * ends. Other programs may still take it: who uses it must be ready to ask for another one.
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    const port = randomInt(LOWEST, HIGHEST);
    if ((await isPortFree(port)) && (await reserve(port))) return port;
  }
  throw new StartError(
    'port_in_use',
    `No free port between ${LOWEST} and ${HIGHEST} was found on 127.0.0.1.`,
  );
}

/**
 * Reserves a port for TCP by holding the UDP port of the same number, which is of no use to us: it takes seconds until
 * a process listens on a port that was chosen for it. False when another one holds it.
 */
async function reserve(port: number): Promise<boolean> {
  const holder = createSocket('udp4').unref();
  try {
    holder.bind({ port, address: '127.0.0.1', exclusive: true });
    await once(holder, 'listening');
    return true;
  } catch (error) {
    holder.close();
    if (systemCode(error) === 'EADDRINUSE' || systemCode(error) === 'EACCES') return false;
    throw error;
  }
}

/**
 * Starts something on `port`, or, when none is given, on a free one: another is tried when it was taken in the
 * meantime. Rejects as `start` does.
 */
export async function onPort<T>(port: number | undefined, start: (port: number) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(port ?? (await freePort()));
    } catch (error) {
      const taken = error instanceof StartError && error.code === 'port_in_use';
      if (!taken || port !== undefined || attempt === 5) throw error;
    }
  }
}

/** The failure to report when `what` cannot listen on `port`. */
export function portInUse(what: string, port: number): StartError {
  return new StartError(
    'port_in_use',
    `Port ${port} of 127.0.0.1, meant for ${what}, is taken by another program.`,
  );
}
