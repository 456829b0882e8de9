import { describe, expect, test } from '@jest/globals';
import { createGates, type Gates, type Place } from './gates.ts';

const A = 'http://a:1/x';
const SAME = 'http://a:1/y';
const B = 'http://b:1/x';

function enterAll(gates: Gates, url: string): Place[] {
  const places: Place[] = [];
  for (let place = gates.enter(url); place !== null; place = gates.enter(url)) places.push(place);
  return places;
}

describe('a gate', () => {
  test('lets as many in as there are connections to the origin, whatever the path', () => {
    const gates = createGates({ connections: 2, inWork: 100 });
    expect([gates.enter(A), gates.enter(SAME), gates.enter(A)].map((place) => place !== null)).toEqual([
      true,
      true,
      false,
    ]);
    expect(gates.enter(B)).not.toBeNull();
  });

  test('lets the next one in when a call is over, and tells who waits for that', () => {
    let freed = 0;
    const gates = createGates({ connections: 1, inWork: 100, onFree: () => (freed += 1) });
    const place = gates.enter(A);
    place?.hangUp();
    place?.hangUp();
    expect(freed).toBe(1);
    expect(gates.enter(A)).not.toBeNull();
    expect(gates.enter(A)).toBeNull();
  });

  test('keeps a message in work until its end is recorded', () => {
    const gates = createGates({ connections: 10, inWork: 2 });
    const [first, second] = [gates.enter(A), gates.enter(B)];
    first?.hangUp();
    second?.hangUp();
    expect(gates.enter(A)).toBeNull();
    first?.leave();
    first?.leave();
    expect(gates.enter(A)).not.toBeNull();
    expect(gates.enter(B)).toBeNull();
  });

  test('keeps the last eighth for those who are in a hurry', () => {
    const gates = createGates({ connections: 16, inWork: 100 });
    expect(gates.free(A)).toBe(14);
    for (let entered = 0; entered < 14; entered += 1) gates.enter(A);
    expect(gates.free(A)).toBe(0);
    expect(enterAll(gates, A)).toHaveLength(2);
    expect(gates.free(A)).toBe(0);
  });

  test('lets somebody in even if there is only one connection', () => {
    expect(createGates({ connections: 1, inWork: 1 }).free(A)).toBe(1);
  });
});

test('however many origins are slow, there is a place for one that was idle', () => {
  const gates = createGates({ connections: 100, inWork: 200 });
  const slow = Array.from({ length: 7 }, (_, n) => enterAll(gates, `http://slow-${n}:1`).length);
  expect(slow).toEqual([100, 50, 25, 13, 6, 3, 2]);
  expect(gates.enter(B)).not.toBeNull();
});

test('no place is lost, whoever comes and goes', () => {
  const gates = createGates({ connections: 3, inWork: 100 });
  for (let round = 0; round < 10; round += 1) for (const place of enterAll(gates, A)) place.leave();
  expect(enterAll(gates, A)).toHaveLength(3);
});
