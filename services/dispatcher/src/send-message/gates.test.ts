import { expect, test } from '@jest/globals';
import { createGates, type Gates, type Leave } from './gates.ts';

const SMS = 'http://provider.test/sms';

async function enter(gates: Gates, url = SMS): Promise<Leave> {
  const leave = await gates.enter(url, 'normal');
  if (leave === null) throw new Error('was sent away');
  return leave;
}

/** Notes who is let in, in what order. */
function recorder(gates: Gates) {
  const admitted: string[] = [];
  return {
    admitted,
    line: (name: string, priority: 'high' | 'normal') =>
      gates.enter(SMS, priority).then((leave) => {
        admitted.push(leave === null ? `${name} sent away` : name);
        return leave;
      }),
  };
}

test('as many are let in as there are connections, the others wait in order', async () => {
  const gates = createGates({ connections: 2, maxWaitMs: 60_000 });
  const [first, second] = [await enter(gates), await enter(gates)];
  const { admitted, line } = recorder(gates);
  const waiting = [line('a', 'normal'), line('b', 'normal')];
  await Promise.resolve();
  expect(admitted).toEqual([]);
  first();
  await waiting[0];
  expect(admitted).toEqual(['a']);
  second();
  await waiting[1];
  expect(admitted).toEqual(['a', 'b']);
});

test('urgent ones overtake the others', async () => {
  const gates = createGates({ connections: 1, maxWaitMs: 60_000 });
  const leave = await enter(gates);
  const { admitted, line } = recorder(gates);
  const waiting = [line('normal', 'normal'), line('urgent', 'high')];
  leave();
  (await waiting[1])?.();
  await waiting[0];
  expect(admitted).toEqual(['urgent', 'normal']);
});

test('a gate is shared by everything at one origin and by nothing else', async () => {
  const gates = createGates({ connections: 1, maxWaitMs: 60_000 });
  const leave = await enter(gates);
  await enter(gates, 'http://other.test/sms');
  const admitted: string[] = [];
  const waiting = gates.enter('http://provider.test/mail', 'normal').then(() => admitted.push('mail'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(admitted).toEqual([]);
  leave();
  await waiting;
  expect(admitted).toEqual(['mail']);
});

test('who waited too long is sent away, and the next one let in', async () => {
  const gates = createGates({ connections: 2, maxWaitMs: -1 });
  const leave = await enter(gates);
  await enter(gates);
  const { admitted, line } = recorder(gates);
  const waiting = [line('a', 'normal'), line('b', 'normal')];
  leave();
  await Promise.all(waiting);
  expect(admitted).toEqual(['a sent away', 'b sent away']);
  await enter(gates);
});

test('a gate that closes sends everyone away and keeps who is inside', async () => {
  const gates = createGates({ connections: 1, maxWaitMs: 60_000 });
  const leave = await enter(gates);
  const { admitted, line } = recorder(gates);
  const waiting = line('a', 'high');
  gates.close();
  leave();
  await waiting;
  await line('b', 'normal');
  expect(admitted).toEqual(['a sent away', 'b sent away']);
});

test('an origin whose line is full sends away who comes at once, and other origins let in', async () => {
  const gates = createGates({ connections: 2, maxWaitMs: 60_000 });
  const leave = await enter(gates);
  await enter(gates);
  const { admitted, line } = recorder(gates);
  const [first] = [line('a', 'normal'), line('b', 'normal')];
  await line('c', 'normal');
  expect(admitted).toEqual(['c sent away']);
  const others = Array.from({ length: 2 }, () => gates.enter('http://other.test/sms', 'normal'));
  expect((await Promise.all(others)).every((entered) => entered !== null)).toBe(true);
  leave();
  await first;
  void line('d', 'normal');
  await line('e', 'normal');
  expect(admitted).toEqual(['c sent away', 'a', 'e sent away']);
});

test('a line full of others does not send urgent ones away', async () => {
  const gates = createGates({ connections: 1, maxWaitMs: 60_000 });
  const leave = await enter(gates);
  const { admitted, line } = recorder(gates);
  void line('normal', 'normal');
  const urgent = line('urgent', 'high');
  await line('late', 'high');
  leave();
  await urgent;
  expect(admitted).toEqual(['late sent away', 'urgent']);
});

test('leaving twice frees one place', async () => {
  const gates = createGates({ connections: 1, maxWaitMs: 60_000 });
  const leave = await enter(gates);
  leave();
  leave();
  await enter(gates);
  const { admitted, line } = recorder(gates);
  void line('a', 'normal');
  await new Promise((resolve) => setImmediate(resolve));
  expect(admitted).toEqual([]);
});

test('a URL that cannot be read has a gate of its own', async () => {
  const gates = createGates({ connections: 1, maxWaitMs: 60_000 });
  await enter(gates, 'nowhere');
  expect(await gates.enter(SMS, 'normal')).not.toBeNull();
});
