import { afterEach, describe, expect, test } from '@jest/globals';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Stats } from '@parley/contracts/requests/query-stats';
import { waitUntil } from '@parley/launcher/processes/wait-until';
import { silent } from '@parley/trial/progress';
import { measure } from './measure.ts';
import type { Target } from './measure.ts';
import type { BenchOptions } from './options.ts';
import { figures } from './report/result.ts';

const options: BenchOptions = {
  seconds: 0.3,
  warmUpSeconds: 0.1,
  connections: 4,
  rate: 200,
  receipts: 'off',
  keys: true,
  profile: null,
};

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** A Parley of one process: gateway, simulator and metrics on one port. */
class StandIn {
  chaos: unknown = null;
  analysed = 0;
  keys = new Set<string | undefined>();
  accepted = 0;
  /** Open connections that messages came over. */
  senders = new Set<Socket>();
  statements = 100;
  /** Accepted messages that are never sent. */
  stuck = 0;
  /** Calls beyond the first. */
  repeated = 0;

  #answers(): Record<string, () => object | string> {
    const effects = Math.max(0, this.accepted - this.stuck);
    const status = this.chaos === 'off' ? 'sent' : 'delivered';
    return {
      'GET /control/ledger': () => ({ calls: effects + this.repeated, accepted: effects }),
      'GET /v1/stats': (): Stats => ({
        total: this.accepted,
        by_day: [],
        top_senders: [],
        senders_count: 0,
        by_status: { [status]: effects, queued: this.accepted - effects },
        by_type: {},
        by_direction: {},
        first_message_at: null,
        last_message_at: null,
        delivery_latency: { count: 0, p50_ms: null, p95_ms: null },
      }),
      'GET /metrics': () => `db_statements_total{service="all"} ${this.statements}\n`,
    };
  }

  answer(request: IncomingMessage, body: string): { status: number; body: object | string } {
    const { method = '', url = '' } = request;
    if (method === 'POST') return { status: 202, body: this.#accept(request) };
    if (method === 'PUT') return { status: 200, body: { ...(this.chaos = JSON.parse(body).receipts) } };
    const times = {
      created_at: '2026-01-15T10:00:00.000Z',
      sent_at: '2026-01-15T10:00:00.025Z',
      delivered_at: null,
    };
    return { status: 200, body: this.#answers()[`${method} ${url}`]?.() ?? times };
  }

  #accept({ headers, socket }: IncomingMessage): object {
    if (!this.senders.has(socket)) socket.once('close', () => this.senders.delete(socket));
    this.senders.add(socket);
    this.keys.add(String(headers['idempotency-key']));
    this.accepted += 1;
    this.statements += 0.5;
    return { id: `msg_${this.accepted}` };
  }

  async start(): Promise<Target> {
    const started = createServer((request, response) => {
      let body = '';
      request.setEncoding('utf8');
      request.on('data', (text) => (body += String(text)));
      request.on('end', () => {
        const reply = this.answer(request, body);
        const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body);
        response.writeHead(reply.status, { 'content-length': Buffer.byteLength(text) }).end(text);
      });
    });
    server = started;
    await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
    const address = started.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const url = `http://127.0.0.1:${address.port}`;
    const { pid } = process;
    const view = {
      name: 'gateway',
      program: 'gateway',
      pid,
      deaths: 0,
      operationsUrl: url,
      apiUrl: url,
      logFile: '',
    } as const;
    return { baseUrl: url, simulatorUrl: url, apiKey: 'key', processes: [view] };
  }

  around(patienceMs: number) {
    return { progress: silent, patienceMs, analyse: async () => void (this.analysed += 1) };
  }
}

describe('a measurement', () => {
  test('sends, waits until all have gone all the way, and finds what it has to find', async () => {
    const standIn = new StandIn();
    const measured = await measure(await standIn.start(), options, standIn.around(120_000));
    const found = figures(measured);
    expect(standIn).toMatchObject({ chaos: 'off', analysed: 1, accepted: measured.load.accepted });
    expect(standIn.keys.size).toBe(standIn.accepted);
    expect(found).toMatchObject({
      effects: standIn.accepted,
      projected: standIn.accepted,
      lost: 0,
      duplicates: 0,
    });
    expect(found.accepted_per_s).toBeGreaterThan(0);
    expect(found.end_to_end_per_s).toBeGreaterThan(0);
    expect(found.delivered_ms).toEqual({ p50: 25, p99: 25 });
    expect(found.sql_statements_per_message).toBeCloseTo(0.5, 3);
    expect(found.cpu_s_per_1000.reporting).toBeNull();
    expect(found.cpu_s_per_1000.gateway === null).toBe(process.platform !== 'linux');
  });

  test('tells what was lost and what was doubled, and that the way was not finished', async () => {
    const standIn = new StandIn();
    standIn.stuck = 3;
    standIn.repeated = 2;
    const found = figures(await measure(await standIn.start(), options, standIn.around(200)));
    expect(found).toMatchObject({ lost: 3, duplicates: 2, end_to_end_per_s: null });
  });

  test('asks for receipts and waits for them, where they are wanted', async () => {
    const standIn = new StandIn();
    const measured = await measure(
      await standIn.start(),
      { ...options, receipts: 'on' },
      standIn.around(120_000),
    );
    expect(standIn.chaos).toEqual({});
    expect(measured.drained.complete).toBe(true);
    // The stand-in says `delivered` in the statistics, but no message says when.
    expect(measured.deliveryTimes).toEqual([]);
  });

  test('ends its load when it is aborted', async () => {
    const standIn = new StandIn();
    const target = await standIn.start();
    const aborting = new AbortController();
    const around = {
      ...standIn.around(120_000),
      analyse: async () => {
        await waitUntil(() => standIn.accepted > 0, { timeoutMs: 120_000 });
        aborting.abort();
      },
      signal: aborting.signal,
    };
    await expect(measure(target, options, around)).rejects.toThrow('aborted');
    expect(standIn.accepted).toBeGreaterThan(0);
    // Its process has ended; of its connections the server hears a moment later.
    expect(await waitUntil(() => standIn.senders.size === 0, { timeoutMs: 120_000 })).toBe(true);
  });
});
