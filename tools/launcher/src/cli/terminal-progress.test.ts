import { expect, test } from '@jest/globals';
import { TerminalProgress } from './terminal-progress.ts';

function screen({ isTTY }: { isTTY: boolean }) {
  const written: string[] = [];
  return { isTTY, write: (text: string) => written.push(text), text: () => written.join('') };
}

test('elsewhere than on a terminal every finished step is one line', async () => {
  const paper = screen({ isTTY: false });
  const progress = new TerminalProgress(paper);
  await Promise.all([progress.step('NATS', async () => {}), progress.step('PostgreSQL', async () => {})]);
  expect(paper.text()).toMatch(/^ {2}✓ NATS +0\.0 s\n {2}✓ PostgreSQL +0\.0 s\n$/);
});

test('a terminal shows what is under way and replaces it', async () => {
  const terminal = screen({ isTTY: true });
  const progress = new TerminalProgress(terminal);
  await progress.step('NATS', async () => {
    expect(terminal.text()).toMatch(/… NATS \(0\.0 s\)$/);
    progress.say('ingest ended');
  });
  const shown = terminal
    .text()
    .split('\n')
    .map((line) => line.slice(line.lastIndexOf('\u001B[2K') + 4));
  expect(shown[0]).toMatch(/^\d\d:\d\d:\d\d ingest ended$/);
  expect(shown[1]).toMatch(/^ {2}✓ NATS/);
});

test('a failed step is marked and fails its caller', async () => {
  const paper = screen({ isTTY: false });
  const step = new TerminalProgress(paper).step('NATS', () => Promise.reject(new Error('no')));
  await expect(step).rejects.toThrow('no');
  expect(paper.text()).toBe('  ✗ NATS\n');
});

test('what is given up because of a failure, or aborted, is not marked as failed', async () => {
  const paper = screen({ isTTY: false });
  const progress = new TerminalProgress(paper);
  const failed = Promise.withResolvers<void>();
  const simulator = progress.step('Simulator', async () => {
    await failed.promise;
    AbortSignal.abort().throwIfAborted();
  });
  const nats = progress.step('NATS', () => failed.promise.then(() => Promise.reject(new Error('stopped'))));
  await expect(progress.step('PostgreSQL', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  failed.resolve();
  await Promise.allSettled([simulator, nats]);
  expect(paper.text().split('\n').toSorted()).toEqual([
    '',
    '  - NATS               given up',
    '  - Simulator          given up',
    '  ✗ PostgreSQL',
  ]);
});
