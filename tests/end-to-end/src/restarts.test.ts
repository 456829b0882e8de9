import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { balancer } from './balancer.ts';
import { untilSettled } from './ledgers.ts';
import { aNumber, expecting, userOf } from './people.ts';
import { providerOf } from './provider.ts';
import { ownParley } from './running-parley.ts';

const replicas = { gateway: 2, ingest: 2, dispatcher: 2, reporting: 2 };
// The balancer below looks every 50 ms.
const parley = ownParley({ replicas, envOf: { gateway: { DRAIN_DELAY_MS: '1000' } } });
const user = userOf(parley);
const provider = providerOf(parley);

describe('a rolling restart of every service under load', () => {
  test('refuses no request, loses no message and repeats no call', async () => {
    // Calls that take their time are under way whenever a dispatcher is asked to stop.
    await provider.behaves({ seed: 1, latency_ms: 300, receipts: {} });
    const gateways = balancer(parley);
    const clients = gateways.sendSteadily(8);
    await until(() => clients.ids().length >= 100, { what: '100 messages are accepted' });

    const services = parley.instance().processes.filter(({ operationsUrl }) => operationsUrl !== null);
    expect(services).toHaveLength(8);
    for (const { name } of services) {
      await parley.instance().stopProcess(name);
      const before = clients.ids().length;
      await until(() => clients.ids().length >= before + 20, {
        what: `messages are accepted without ${name}`,
      });
      await parley.instance().startProcess(name);
      await gateways.untilAllReady();
    }

    const { ids, refused } = await clients.stop();
    await gateways.close();
    expect(refused).toEqual([]);
    expect(new Set(ids).size).toBe(ids.length);
    const ledgers = await untilSettled(parley.client(), ids.length);
    expect(ledgers).toEqual({
      calls: ids.length,
      effects: ids.length,
      projected: ids.length,
      delivered: ids.length,
    });
    for (const { name, logFile } of services)
      expect([name, endOf(await readFile(logFile, 'utf8'))]).toEqual([name, ['draining', 'stopped']]);
  }, 300_000);
});

/** What a service's log says of its first end. */
function endOf(log: string): string[] {
  const said = log.split('\n').flatMap((line) => {
    const { msg } = JSON.parse(line || '{}') as { msg?: string };
    return msg === undefined ? [] : [msg];
  });
  const ends = ['draining', 'did not stop cleanly', 'did not drain in time', 'stopped'];
  return said.slice(0, said.indexOf('stopped') + 1).filter((msg) => ends.includes(msg));
}

describe('after everything that knew it was killed', () => {
  test('an idempotency key is known', async () => {
    const request = { to: aNumber() };
    const options = { headers: { 'idempotency-key': randomUUID() } };
    const first = await expecting(202, user.triesToSend(request, options));
    await Promise.all(['gateway', 'dispatcher'].map((name) => parley.instance().kill(name, 'SIGKILL')));
    await parley.instance().untilReady();
    const second = await expecting(202, user.triesToSend(request, options));
    expect(second.headers['idempotency-replayed']).toBe('true');
    expect(second.body).toEqual(first.body);
  });

  test('a scheduled message is sent at its time, once', async () => {
    const to = aNumber();
    const send_at = new Date(Date.now() + 3_000).toISOString();
    const { id } = await user.sends({ to, send_at });
    await parley.instance().kill('dispatcher', 'SIGKILL');
    await parley.instance().restartNats({ wipe: true });
    await parley.instance().untilReady();
    await user.sees(id, 'delivered');
    const { entries } = await provider.calls(to);
    expect(entries).toHaveLength(1);
    expect(Date.parse(entries[0]?.at ?? '')).toBeGreaterThanOrEqual(Date.parse(send_at));
  });
});
