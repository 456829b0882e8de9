import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createDatabase } from '@parley/platform/db';
import { until } from '@parley/testkit';
import { sql } from 'kysely';
import { request } from 'undici';
import { publishToBus } from './bus.ts';
import { CANARY, canaryRequests, TRACKS, type CanaryRequest } from './canaries.ts';
import { startCollector } from './collector.ts';
import { ownParley } from './running-parley.ts';

const collector = await startCollector();
afterAll(() => collector.close());
const parley = ownParley({
  env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_TRACES_SAMPLER_ARG: '1', LOG_LEVEL: 'debug' },
});

const LAST = 'c0ffee00c0ffee00c0ffee00c0ffee00';
const refusals: { asked: CanaryRequest; text: string }[] = [];

beforeAll(async () => {
  const { body } = await request(`${parley.instance().baseUrl}/openapi.json`);
  const { apiKey, adminKey } = parley.instance();
  for (const asked of canaryRequests(await body.json()))
    for (const key of [null, `parley_live_${CANARY.secret}`, apiKey, adminKey]) await ask(asked, key);
  await publishToBus(parley, { subject: 'work.send.normal.sms', payload: '{"v":1,"work":{}}' });
  await parley.client().call('/v1/stats', { headers: { traceparent: `00-${LAST}-b7ad6b7169203331-01` } });
}, 240_000);

async function ask(asked: CanaryRequest, key: string | null): Promise<void> {
  const { statusCode: status, body } = await request(parley.instance().baseUrl + asked.path, {
    method: asked.method,
    headers: {
      ...(key !== null && { authorization: `Bearer ${key}` }),
      cookie: `session=${CANARY.secret}`,
      'content-type': 'application/json',
      'x-request-id': CANARY.number,
      'user-agent': CANARY.mail,
      tracestate: `parley=${CANARY.secret}`,
      ...(asked.method === 'POST' && { 'idempotency-key': crypto.randomUUID() }),
    },
    body: typeof asked.body === 'string' ? asked.body : (JSON.stringify(asked.body) ?? null),
  });
  const text = await body.text();
  if (status >= 400) refusals.push({ asked, text });
}

/** What of the canaries is in a text, with some of what stands around it. */
function found(text: string): string[] {
  return TRACKS.flatMap((track) => {
    const at = text.indexOf(track);
    return at < 0 ? [] : [text.slice(Math.max(0, at - 200), at + 100)];
  });
}

describe('numbers, addresses and secrets that came in through every route are', () => {
  test('in no log', async () => {
    const services = parley.instance().processes.filter(({ operationsUrl }) => operationsUrl !== null);
    const logs = (): Promise<string[]> =>
      Promise.all(services.map(({ logFile }) => readFile(logFile, 'utf8')));
    await until(async () => (await logs()).some((log) => log.includes(LAST)), {
      what: 'the last line is written',
    });
    expect((await logs()).flatMap(found)).toEqual([]);
  });

  test('in no trace', async () => {
    await until(() => collector.raw().includes(LAST), { what: 'the last span is told' });
    expect(found(collector.raw())).toEqual([]);
  });

  test('in no dead letter', async () => {
    const dead = await until(() => deadLetters(), { what: 'there is a dead letter' });
    expect(found(dead)).toEqual([]);
  });
});

test('no refusal repeats a secret', () => {
  expect(refusals.length).toBeGreaterThan(100);
  expect(refusals.filter(({ text }) => text.includes(CANARY.secret))).toEqual([]);
});

test('nothing that a service does is refused by the bus or the database', () => {
  const logs = join(parley.dataDir(), 'logs');
  const lines = readdirSync(logs).flatMap((file) => readFileSync(join(logs, file), 'utf8').split('\n'));
  expect(lines.filter((line) => /NATS refuses|permission denied|Permissions Violation/.test(line))).toEqual(
    [],
  );
});

/** Every dead letter of the dispatcher and of reporting as text; null while there is none. */
async function deadLetters(): Promise<string | null> {
  const db = createDatabase({ url: parley.instance().postgresUrl, schema: 'public' });
  try {
    const { rows } = await sql`select to_json(d) from dispatcher.dead_letter d
      union all select to_json(r) from reporting.dead_letter r`.execute(db);
    return rows.length === 0 ? null : JSON.stringify(rows);
  } finally {
    await db.destroy();
  }
}
