import { expect, test } from '@jest/globals';
import { runScript } from './run-script.ts';

const progress = (work: string, options: string): string =>
  `import { withProgress } from './progress.mjs';
   import { setTimeout } from 'node:timers/promises';
   console.log(await withProgress('Fetching', ${work}, ${options}).catch((error) => error.message));`;

test('what is quickly done is not worth a word', async () => {
  expect(await runScript(progress(`async () => 'done'`, '{}'))).toMatchObject({
    output: 'done\n',
    errors: '',
  });
});

test('what takes longer gets a line at the start and one at the end', async () => {
  const { errors } = await runScript(progress('() => setTimeout(20)', '{ quietMs: 0 }'));
  expect(errors).toMatch(/^Fetching \.\.\.\nFetching: done in \d+ s\n$/);
});

test('what fails says so and still fails', async () => {
  const work = `() => setTimeout(20).then(() => { throw new Error('broken'); })`;
  const ended = await runScript(progress(work, '{ quietMs: 0 }'));
  expect(ended).toMatchObject({
    output: 'broken\n',
    errors: expect.stringMatching(/^Fetching \.\.\.\nFetching: failed after \d+ s\n$/),
  });
});
