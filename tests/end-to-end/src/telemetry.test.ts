import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { DASHBOARDS } from '@parley/dashboards/all';
import { readAlerts, RULES } from '@parley/dashboards/alert-rules';
import { queriesOf } from '@parley/dashboards/dashboard';
import { describedMetrics } from '@parley/dashboards/telemetry-table';
import { until } from '@parley/testkit';
import { request } from 'undici';
import { publishToBus } from './bus.ts';
import { startLoad, type Load } from './load.ts';
import { HAS_PROMETHEUS, startPrometheus, type Prometheus } from './prometheus.ts';
import { ownParley } from './running-parley.ts';

/** What the simulator's magic recipients do: 429, 500, 503, no answer, no receipt, a bad receipt, a refusal. */
const EVENTFUL = [
  '+15005550429',
  '+15005550500',
  '+15005550503',
  '+15005552003',
  '+15005530000',
  '+15005530005',
  '+15005550001',
];

let load: Load | undefined;
let prometheus: Prometheus | undefined;
// Before Parley stops: the load would never come to its end without it.
afterAll(async () => {
  await load?.stop();
  await prometheus?.stop();
}, 60_000);

const parley = ownParley({ envOf: { dispatcher: { RECEIPT_TIMEOUT_MS: '1000' } } });

beforeAll(async () => {
  load = startLoad(parley.client(), 2);
  if (HAS_PROMETHEUS) prometheus = await startPrometheus(parley.instance(), RULES);
  await makeEverythingHappen();
}, 120_000);

async function makeEverythingHappen(): Promise<void> {
  const client = parley.client();
  for (const to of EVENTFUL) await client.call('/v1/messages', { body: { from: 'MyCorp', to, body: 'x' } });
  await client.call('/v1/messages', { body: { from: 'BadSender', to: '+15550100301', body: 'refused' } });
  for (const text of ['hello', 'STOP']) {
    const message = { message_id: `in-${text}`, from: '+15550100302', to: '+15550100303', text };
    await client.webhook('inbox', JSON.stringify({ ...message, ts: '2026-11-01T14:00:00Z' }));
  }
  await client.call('/webhooks/inbox', { key: null, headers: { 'x-signature': '0'.repeat(64) }, body: {} });
  await publishToBus(parley, { subject: 'event.message.v1', payload: 'not JSON' });
}

/** Everything that a service exposes, one line each. */
async function exposed(): Promise<string[]> {
  const urls = parley.instance().processes.flatMap(({ operationsUrl }) => operationsUrl ?? []);
  const texts = urls.map(async (url) => (await request(`${url}/metrics`)).body.text());
  return (await Promise.all(texts)).flatMap((text) => text.split('\n'));
}

const OWN = /^# TYPE (?!process_|nodejs_)(\w+) (\w+)$/;
const SAMPLE = /^(\w+?)(?:_bucket|_sum|_count)?\{([^}]*)\}/;

test('the table of metrics and what the services expose agree, both ways', async () => {
  const types = (await exposed()).flatMap((line) => {
    const [, name = '', type = ''] = OWN.exec(line) ?? [];
    return name === '' ? [] : [`${name} ${type}`];
  });
  const described = describedMetrics().map(({ name, type }) => `${name} ${type}`);
  expect([...new Set(types)].toSorted()).toEqual(described.toSorted());
});

test('no metric has a label that the table does not name', async () => {
  const labelsOf = new Map(describedMetrics().map(({ name, labels }) => [name, labels]));
  for (const line of await exposed()) {
    const [, name = '', text = ''] = SAMPLE.exec(line) ?? [];
    const allowed = labelsOf.get(name);
    if (allowed === undefined) continue;
    const labels = [...text.matchAll(/(\w+)="/g)].map(([, label]) => label);
    expect([name, labels.filter((label) => ![...allowed, 'service', 'le'].includes(label ?? ''))]).toEqual([
      name,
      [],
    ]);
  }
});

test('no label holds an id of a message, an address or a path that was asked for', async () => {
  await parley.client().call('/v1/messages/msg_0193a5f0-7b1c-7000-8123-456789abcdef');
  const text = (await exposed()).join('\n');
  expect(text).not.toMatch(/msg_|\+1500|15550100|@|0193a5f0/);
});

// Debian's package `prometheus` brings it.
(HAS_PROMETHEUS ? describe : describe.skip)('in Prometheus (skipped where it is not installed)', () => {
  const all = DASHBOARDS.flatMap((dashboard) =>
    queriesOf(dashboard).map(({ panel, query }) => ({
      title: `${dashboard.title}: ${panel.title}`,
      ...query,
    })),
  );

  test('every panel of every dashboard shows something under load', async () => {
    const empty = new Set(all);
    await until(
      async () => {
        for (const query of empty) {
          const series = await prometheus?.count(query.expr.replaceAll('$__rate_interval', '1m'));
          if (series !== undefined && series > 0) empty.delete(query);
        }
        return empty.size === 0;
      },
      { timeoutMs: 90_000, what: 'every query gives something' },
    ).catch(() => {});
    expect([...empty].map(({ title, expr }) => `${title}: ${expr}`)).toEqual([]);
  }, 120_000);

  test('every alert is evaluated', async () => {
    const rules = await until(
      async () => {
        const found = (await prometheus?.rules()) ?? [];
        return found.length > 0 && found.every(({ health }) => health !== 'unknown') ? found : null;
      },
      { what: 'every rule has been evaluated' },
    );
    expect(rules.map(({ name, health }) => `${name} ${health}`)).toEqual(
      readAlerts().map(({ name }) => `${name} ok`),
    );
  }, 90_000);
});
