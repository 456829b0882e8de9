import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { startLoad } from './load.ts';
import { PLAIN_LOAD } from './protocol.ts';
import type { LoadPlan, LoadReport } from './protocol.ts';

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** Serves on a free port and returns the URL. */
async function serve(listener: RequestListener): Promise<string> {
  const started = createServer(listener);
  server = started;
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/v1/messages`;
}

/** Answers as a gateway does, and remembers every body. */
function gateway(
  bodies: string[],
  answer: (n: number) => { status: number; code?: string },
): RequestListener {
  return (request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (text) => (body += String(text)));
    request.on('end', () => {
      const { status, code } = answer(bodies.push(body) - 1);
      const text = JSON.stringify(code ? { code } : { id: `msg_${bodies.length}` });
      response.writeHead(status, { 'content-length': Buffer.byteLength(text) }).end(text);
    });
  };
}

async function run(plan: Partial<LoadPlan> & { url: string }, seconds: number): Promise<LoadReport> {
  await using load = await startLoad({ ...PLAIN_LOAD, connections: 4, ...plan });
  return await load.measure(seconds);
}

describe('the load generator', () => {
  test('counts what was answered, every recipient being another one', async () => {
    const bodies: string[] = [];
    const url = await serve(gateway(bodies, () => ({ status: 202 })));
    const report = await run({ url }, 0.3);
    expect(report.accepted).toBeGreaterThan(0);
    expect(report.accepted).toBe(bodies.length);
    expect(report).toMatchObject({ refused: {}, unknown: 0, unsent: 0 });
    expect(report.accept_ms.p50).toBeGreaterThan(0);
    const recipients = bodies.map((body) => /"to":"(\+\d+)"/.exec(body)?.[1]);
    expect(new Set(recipients).size).toBe(bodies.length);
    expect(report.sample.every((id) => id.startsWith('msg_'))).toBe(true);
  });

  test('an open loop sends at its rate, also when the server would take more', async () => {
    const bodies: string[] = [];
    const url = await serve(gateway(bodies, () => ({ status: 202 })));
    await using load = await startLoad({ ...PLAIN_LOAD, url, connections: 4, rate: 200 });
    const report = await load.measure(0.5);
    // From the start on, and half a second more: that much is exact, the time before the window is not.
    expect(report.sample).toHaveLength(100);
    expect(report).toMatchObject({ accepted: bodies.length, unsent: 0, unknown: 0 });
  });

  test('a server that stalls shows in the latency of what should have been sent meanwhile', async () => {
    const bodies: string[] = [];
    const take = gateway(bodies, () => ({ status: 202 }));
    const url = await serve((request, response) => setTimeout(() => take(request, response), 50));
    // One connection and 50 ms an answer: 20/s can be had, 100/s are asked for.
    const report = await run({ url, connections: 1, rate: 100 }, 0.5);
    expect(report.sample).toHaveLength(50);
    expect(report.accept_ms.p99).toBeGreaterThan(1_000);
  });

  test('tells apart what was refused and what was never answered', async () => {
    const bodies: string[] = [];
    const answer = gateway(bodies, (n) =>
      n % 2 === 0 ? { status: 202 } : { status: 503, code: 'unavailable' },
    );
    let cut = 0;
    const url = await serve((request, response) => {
      if (cut > 0) return answer(request, response);
      cut += 1;
      request.socket.destroy();
    });
    const report = await run({ url, connections: 2 }, 0.5);
    expect(report.unknown).toBe(1);
    expect(report.accepted).toBe(Math.ceil(bodies.length / 2));
    expect(report.refused).toEqual({ '503 unavailable': Math.floor(bodies.length / 2) });
  });

  test('sends what was not accepted again, the same with the same key, until it is', async () => {
    const taken = new Map<string | undefined, string>();
    const answer = gateway([], () => ({ status: 202 }));
    let asked = 0;
    const url = await serve((request, response) => {
      asked += 1;
      if (asked % 3 === 0) return void request.socket.destroy();
      if (asked % 3 === 1) return void response.writeHead(503, { 'content-length': 0 }).end();
      taken.set(String(request.headers['idempotency-key']), request.url ?? '');
      answer(request, response);
    });
    const report = await run({ url, rate: 50, keys: 'run', repeat: true, all_ids: true }, 0.5);
    expect(taken.size).toBe(report.accepted);
    expect([...taken.keys()].toSorted()).toEqual(
      Array.from({ length: report.accepted }, (_, n) => `run-${n}`).toSorted(),
    );
    expect(report.ids).toHaveLength(report.accepted);
    expect(report).toMatchObject({ unknown: 0, unsent: 0 });
  });

  test('goes on after connections that the server closes while they rest', async () => {
    const bodies: string[] = [];
    const url = await serve(gateway(bodies, () => ({ status: 202 })));
    const resting = setInterval(() => server?.closeIdleConnections(), 20);
    const report = await run({ url, rate: 50, connections: 3 }, 1);
    clearInterval(resting);
    expect(report.accepted).toBeGreaterThan(20);
    expect(report.accepted + report.unknown).toBeGreaterThanOrEqual(bodies.length);
    expect(report.unsent).toBe(0);
  });

  test('ends when it is no longer wanted', async () => {
    const url = await serve(gateway([], () => ({ status: 202 })));
    const load = await startLoad({ ...PLAIN_LOAD, url, connections: 1 });
    await load[Symbol.asyncDispose]();
    expect(() => process.kill(load.pid, 0)).toThrow('ESRCH');
    await expect(load.measure(1)).rejects.toThrow('the load generator ended');
  });
});
