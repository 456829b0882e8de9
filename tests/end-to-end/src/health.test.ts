import { isDeepStrictEqual } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { request } from 'undici';
import { z } from 'zod';
import { messageIn } from './parley-client.ts';
import { ownParley, untilStatus } from './running-parley.ts';

const parley = ownParley();

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

const timeline = z.object({ data: z.array(z.looseObject({ details: z.record(z.string(), z.unknown()) })) });

const aMessage = { from: 'MyCorp', to: '+15550100201', body: 'while something is down' };

/** Sends once: the client would repeat what is answered with 503. */
async function send(headers: Record<string, string> = {}) {
  const { baseUrl, apiKey } = parley.instance();
  const answer = await request(`${baseUrl}/v1/messages`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(aMessage),
  });
  return { status: answer.statusCode, headers: answer.headers, body: await answer.body.json() };
}
const EVERYWHERE = { gateway: 503, ingest: 503, dispatcher: 503, reporting: 503 };
const NOWHERE = { gateway: 200, ingest: 200, dispatcher: 200, reporting: 200 };

const untilReadiness = (wanted: Record<string, number>): Promise<unknown> =>
  until(async () => isDeepStrictEqual(await readiness(), wanted), {
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
        const answer = await send({ 'idempotency-key': `after-${server}` });
        return answer.status === 202 ? answer : null;
      },
      { what: 'a message is accepted' },
    );
    await untilStatus(parley.client(), messageIn(accepted).id, 'delivered');
  });
});

test('while the provider is down everything is ready, and messages wait until it is back', async () => {
  await parley.instance().stopProcess('simulator');
  const accepted = await send();
  expect(accepted.status).toBe(202);
  const { id } = z.object({ id: z.string() }).parse(accepted.body);
  await until(
    async () => {
      const { data } = timeline.parse((await parley.client().call(`/v1/messages/${id}/timeline`)).body);
      return data.some(({ details }) => details['outcome'] === 'unavailable');
    },
    { what: 'it has been tried' },
  );
  // Reporting may still be catching up after the bus was away.
  await untilReadiness(NOWHERE);
  expect(await ask('/health/ready')).toMatchObject({ status: 200 });
  await parley.instance().startProcess('simulator');
  await untilStatus(parley.client(), id, 'delivered').catch(async (error: unknown) => {
    throw new Error(JSON.stringify((await parley.client().call(`/v1/messages/${id}/timeline`)).body), {
      cause: error,
    });
  });
}, 240_000);
