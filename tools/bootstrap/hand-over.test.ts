import { expect, test } from '@jest/globals';
import { runScript } from './run-script.ts';

const handOver = (script: string): string =>
  `import { handOver } from './hand-over.mjs';
   await handOver('node', ['--eval', ${JSON.stringify(script)}], process.execPath);`;

test('we end with the code of the command', async () => {
  expect(await runScript(handOver('process.exit(7)'))).toMatchObject({ code: 7, signal: null });
});

test('we die of the signal the command died of', async () => {
  const ended = await runScript(handOver(`process.kill(process.pid, 'SIGKILL')`));
  expect(ended).toMatchObject({ code: null, signal: 'SIGKILL' });
});

test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
  '%s reaches the command, which may take its time',
  async (signal) => {
    const command = `process.once('${signal}', () => setImmediate(() => process.exit(3)));
    setInterval(() => {}, 1_000); console.log('ready');`;
    const ended = await runScript(handOver(command), (child) => {
      child.stdout?.once('data', () => child.kill(signal));
    });
    expect(ended).toMatchObject({ code: 3, output: 'ready\n' });
  },
);

test('the command finds the given Node first, and the installed commands', async () => {
  const { output } = await runScript(handOver('console.log(process.execPath, process.env.PATH)'));
  const [node, path] = output.trim().split(' ');
  expect(node).toBe(process.execPath);
  expect(path?.split(':')[1]).toMatch(/node_modules\/\.bin$/);
});

test('a command that does not exist is a failure with one line', async () => {
  const script = `import { handOver } from './hand-over.mjs';
    await handOver('no-such-command', [], process.execPath).catch((error) => console.log(error.message));`;
  expect((await runScript(script)).output).toBe('Cannot run no-such-command: there is no such command.\n');
});
