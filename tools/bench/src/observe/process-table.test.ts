import { describe, expect, test } from '@jest/globals';
import { parseStat, processTree, readProcessTable, residentBytes } from './process-table.ts';

const stat = (pid: number, { name = 'node', parent = 1, times = '0 0 0 0' } = {}): string =>
  `${pid} (${name}) S ${parent} 7 7 0 -1 4194560 1 2 3 4 ${times} 20 0 11 0 2081 1 2 3\n`;

const entry = (pid: number, parent: number) => ({ pid, parent, cpu: 1, endedChildrenCpu: 0 });

describe('a process as /proc shows it', () => {
  test('its CPU seconds are user and system time, its ended children apart', () => {
    expect(parseStat(stat(42, { parent: 7, times: '150 50 1000 200' }))).toEqual({
      pid: 42,
      parent: 7,
      cpu: 2,
      endedChildrenCpu: 12,
    });
  });

  test('a name with blanks and brackets does no harm', () => {
    expect(parseStat(stat(42, { name: 'postgres: a) S (b', times: '100 0 0 0' }))?.cpu).toBe(1);
  });

  test.each(['', 'nonsense', '12 (cut'])('%j is no process', (line) => {
    expect(parseStat(line)).toBeNull();
  });
});

test('a tree is the process with its children and theirs, and nobody else', () => {
  const table = new Map(
    [entry(1, 0), entry(5, 1), entry(6, 5), entry(7, 6), entry(8, 1)].map((e) => [e.pid, e]),
  );
  expect(processTree(table, 5).map(({ pid }) => pid)).toEqual([5, 6, 7]);
  expect(processTree(table, 9)).toEqual([]);
});

const onLinux = process.platform === 'linux';

test('this process is found with its time and memory, where there is a /proc', () => {
  const self = readProcessTable()?.get(process.pid);
  expect(self?.parent).toBe(onLinux ? process.ppid : undefined);
  const bytes = residentBytes([process.pid]);
  expect(onLinux ? (bytes ?? 0) > 10_000_000 : bytes === null).toBe(true);
});
