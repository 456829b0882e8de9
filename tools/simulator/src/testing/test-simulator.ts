import type { Webhook } from '@parley/providers/provider';
import { readConfig } from '@parley/platform/runtime';
import { providerNamed } from '@parley/providers/registry';
import { request } from 'undici';
import { startFakeGateway, type FakeGateway } from './fake-gateway.ts';
import { simulatorConfig } from '../setup/config.ts';
import { startSimulator } from '../setup/simulator.ts';

const CONNECTIONS = [
  { id: 'inbox', provider: 'generic', secret: 'inbox-secret' },
  { id: 'sms', provider: 'sms-gateway', secret: 'sms-secret' },
  { id: 'sms-2', provider: 'sms-gateway', secret: 'sms-2-secret' },
  { id: 'mail', provider: 'mail-gateway', secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
];

/** An answer read whole. */
export interface Answer {
  status: number;
  headers: Record<string, unknown>;
  body: unknown;
}

/** A simulator and a gateway in this process, for tests. */
export interface TestSimulator {
  url: string;
  gateway: FakeGateway;
  /** Calls a door of the simulator. Rejects when the connection breaks without an answer. */
  call(
    method: 'GET' | 'POST' | 'PUT',
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Answer>;
  /** What the gateway received on a connection's path, each verified and parsed by its provider. */
  webhooks(connection: string): unknown[];
  close(): Promise<void>;
}

/** Starts both on free ports. */
export async function startTestSimulator(): Promise<TestSimulator> {
  const gateway = await startFakeGateway();
  const environment = { PORT: '0', GATEWAY_URL: gateway.url, CONNECTIONS: JSON.stringify(CONNECTIONS) };
  const simulator = await startSimulator(readConfig(simulatorConfig, environment));
  return {
    url: simulator.url,
    gateway,
    call: async (method, path, body, headers = {}) => {
      const sent = body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body);
      const answer = await request(simulator.url + path, { method, body: sent, headers });
      const text = await answer.body.text();
      return {
        status: answer.statusCode,
        headers: answer.headers,
        body: text === '' ? null : JSON.parse(text),
      };
    },
    webhooks: (id) =>
      gateway.received
        .filter(({ path }) => path === `/webhooks/${id}`)
        .map((each) => readVerified(id, { ...each, url: gateway.url + each.path, at: Date.now() })),
    close: async () => {
      await simulator.close();
      await gateway.stop();
    },
  };
}

function readVerified(id: string, webhook: Webhook): unknown {
  const { provider = '', secret = '' } = CONNECTIONS.find((connection) => connection.id === id) ?? {};
  const known = providerNamed(provider);
  return known?.verify(webhook, [secret]) ? known.parse(webhook) : 'not signed by the connection';
}
