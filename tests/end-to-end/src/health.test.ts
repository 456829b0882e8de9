import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { request } from 'undici';
import { z } from 'zod';
import { messageIn } from './parley-client.ts';
import { runningParley, untilStatus } from './running-parley.ts';

const parley = runningParley();

const health = z.object({ checks: z.record(z.string(), z.string()).default({}) });

/** What the gateway says at one of its paths of health. */
async function ask(path: string): Promise<{ status: number; checks: string[] }> {
  const { statusCode, body } = await request(parley.instance().baseUrl + path);
  return { status: statusCode, checks: Object.keys(health.parse(await body.json()).checks) };
}

/** Every service by name, and the status of its readiness. */
async function readiness(): Promise<Record<string, number>> {
  const services = parley
    .instance()
    .processes.flatMap(({ name, operationsUrl }) =>
      operationsUrl === null ? [] : [{ name, operationsUrl }],
    );
  const asked = services.map(async ({ name, operationsUrl }) => {
    const { statusCode, body } = await request(`${operationsUrl}/health/ready`);
    await body.dump();
    return [name, statusCode] as const;
  });
  return Object.fromEntries(await Promise.all(asked));
}

const aMessage = { from: 'MyCorp', to: '+15550100201', body: 'while something is down' };
const send = (options: object = {}) => parley.client().call('/v1/messages', { body: aMessage, ...options });
const EVERYWHERE = { gateway: 503, ingest: 503, dispatcher: 503, reporting: 503 };
const NOWHERE = { gateway: 200, ingest: 200, dispatcher: 200, reporting: 200 };

const untilReadiness = (wanted: Record<string, number>): Promise<unknown> =>
  until(async () => isDeepStrictEqual(await readiness(), wanted), {
    timeoutMs: 60_000,
    what: `readiness is ${JSON.stringify(wanted)}`,
  });

describe.each([
  ['postgres', /^database/],
  ['nats', /^bus$/],
])('while %s is down', (server, check) => {
  test('everything lives, nothing is ready, and sending is answered with 503 until it recovers by itself', async () => {
    await parley.instance().stopProcess(server);
    await untilReadiness(EVERYWHERE);
    expect(await ask('/health/live')).toMatchObject({ status: 200 });
    const { status, checks } = await ask('/health');
    expect([status, checks]).toEqual([200, [expect.stringMatching(check)]]);
    const refused = await send();
    expect(refused).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });

    await parley.instance().startProcess(server);
    await untilReadiness(NOWHERE);
    const accepted = await until(
      async () => {
        const answer = await send({ headers: { 'idempotency-key': `after-${server}` } });
        return answer.status === 202 ? answer : null;
      },
      { timeoutMs: 60_000, what: 'a message is accepted' },
    );
    await untilStatus(parley.client(), messageIn(accepted).id, 'delivered');
  }, 180_000);
});
