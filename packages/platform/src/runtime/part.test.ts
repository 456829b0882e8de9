import { expect, test } from '@jest/globals';
import { startParts, stopParts, type Part } from './part.ts';

/** Parts that write down what is done to them; a name with "bad" fails to start, with "stuck" to stop. */
function parts(names: string[]) {
  const log: string[] = [];
  const list = names.map((name): Part => ({
    name,
    start: async () => {
      log.push(`start ${name}`);
      if (name.includes('bad')) throw new Error(`${name} cannot start`);
    },
    stop: async () => {
      log.push(`stop ${name}`);
      if (name.includes('stuck')) throw new Error(`${name} cannot stop`);
    },
  }));
  return { list, log };
}

test('parts start in order and stop in reverse', async () => {
  const { list, log } = parts(['a', 'b', 'c']);
  await startParts(list);
  await stopParts(list, () => {});
  expect(log).toEqual(['start a', 'start b', 'start c', 'stop c', 'stop b', 'stop a']);
});

test('when a part cannot start, those that had started are stopped again and the reason is thrown', async () => {
  const { list, log } = parts(['a', 'b', 'bad', 'd']);
  await expect(startParts(list)).rejects.toThrow('bad cannot start');
  expect(log).toEqual(['start a', 'start b', 'start bad', 'stop b', 'stop a']);
});

test('a part that cannot stop is reported and does not keep the others from stopping', async () => {
  const { list, log } = parts(['a', 'stuck', 'c']);
  const errors: string[] = [];
  await stopParts(list, (part, error) => errors.push(`${part.name}: ${String(error)}`));
  expect(log).toEqual(['stop c', 'stop stuck', 'stop a']);
  expect(errors).toEqual(['stuck: Error: stuck cannot stop']);
});
