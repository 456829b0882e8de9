import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, test } from '@jest/globals';

/** Asks for so many free ports in a process of its own, which keeps them until its standard input ends. */
function asking(count: number) {
  const source = `import { freePort } from ${JSON.stringify(join(import.meta.dirname, 'free-port.ts'))};
    const ports = await Promise.all(Array.from({ length: ${count} }, freePort));
    process.stderr.write('asked');
    process.stdin.resume().once('end', () => console.log(JSON.stringify(ports)));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', source], { stdio: 'pipe' });
  const hasAsked = new Promise((resolve) => child.stderr.once('data', resolve));
  const ports = text(child.stdout).then((output): number[] => JSON.parse(output));
  return { hasAsked, ports: () => (child.stdin.end(), ports) };
}

test('nobody is given the port of another, in whatever process', async () => {
  // Of so many that are picked at random, several are the same.
  const askers = [asking(300), asking(300)];
  await Promise.all(askers.map(({ hasAsked }) => hasAsked));
  const ports = (await Promise.all(askers.map((asker) => asker.ports()))).flat();
  expect(ports).toHaveLength(600);
  expect(new Set(ports).size).toBe(600);
});
