import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { until } from '@parley/testkit';
import { openLogFile, ownPath, type LineSink } from './log-file.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const flush = (sink: LineSink): Promise<void> => new Promise((resolve) => sink.flush(resolve));
const open = (backups: number): LineSink =>
  openLogFile({ path: join(folder, 'app.log'), maxBytes: 1_000, backups }, 'gateway', (error) => {
    throw error;
  });
const read = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

test.each([
  ['app.log', 'app.gateway.log'],
  ['/var/log/parley', '/var/log/parley.gateway'],
  ['logs/all.json', 'logs/all.gateway.json'],
])('each service has its own file: %s becomes %s', (path, own) => {
  expect(ownPath(path, 'gateway')).toBe(own);
});

test('a file that has grown is moved aside, and only so many are kept', async () => {
  const sink = open(2);
  for (let line = 0; line < 12; line += 1) {
    sink.write(`${String(line).padStart(3, '0')} ${'x'.repeat(495)}\n`);
    await flush(sink);
  }
  await until(async () => (await readdir(folder)).includes('app.gateway.log.2'), { what: 'two are kept' });
  const names = (await readdir(folder)).filter((name) => name.startsWith('app'));
  expect(names.toSorted()).toEqual(['app.gateway.log', 'app.gateway.log.1', 'app.gateway.log.2']);
  expect(Number((await read('app.gateway.log.1')).slice(0, 3))).toBeGreaterThan(
    Number((await read('app.gateway.log.2')).slice(0, 3)),
  );
});

test('lines come in their order, the last ones with the flush', async () => {
  const sink = openLogFile({ path: join(folder, 'app.log'), maxBytes: 1e6, backups: 1 }, 'ingest', () => {});
  const lines = Array.from({ length: 2_000 }, (_, line) => `line ${line}\n`);
  for (const line of lines) sink.write(line);
  await flush(sink);
  expect(await read('app.ingest.log')).toBe(lines.join(''));
});

test('what cannot be written is told of', async () => {
  const told = await new Promise<Error>((resolve) => {
    const sink = openLogFile({ path: '/dev/null/app.log', maxBytes: 1_000, backups: 1 }, 'gateway', resolve);
    sink.write('lost\n');
    sink.flush(() => {});
  });
  expect(told.message).not.toBe('');
});

test('what the disk does not take in time is lost, counted and told of once', async () => {
  const told: string[] = [];
  const sink = openLogFile({ path: join(folder, 'app.log'), maxBytes: 1e9, backups: 1 }, 'ingest', (error) =>
    told.push(error.message),
  );
  const line = `${'x'.repeat(65_535)}\n`;
  // All at once: until this is over the disk has no chance to take anything.
  for (let n = 0; n < 100; n += 1) sink.write(line);
  expect(told).toEqual(['the disk does not keep up, lines are lost']);
  await until(() => Promise.resolve(told.length > 1), { what: 'it is over' });
  expect(told.slice(1)).toEqual(['the disk keeps up again, 36 lines were lost']);
  sink.write('after\n');
  await flush(sink);
  const text = await read('app.ingest.log');
  expect([text.length, text.endsWith('after\n')]).toEqual([64 * line.length + 6, true]);
});
