import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '../processes/free-port.ts';
import { ProcessRecords } from '../processes/records.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { reasonsNotReady } from './readiness.ts';
import { superviseProgram, type SupervisedProgram } from './supervised-program.ts';

/** Is not ready for as many questions as it is told, and says why. */
const PROGRAM = `
  import { createServer } from 'node:http';
  let left = Number(process.env.UNREADY);
  createServer((_, response) => {
    response.statusCode = (left -= 1) < 0 ? 200 : 503;
    response.end(JSON.stringify({ checks: JSON.parse(process.env.REASONS) }));
  }).listen(Number(process.env.PORT), '127.0.0.1');
`;

let root: string;
let program: SupervisedProgram;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'parley-supervised-'));
  await writeFile(join(root, 'program.mjs'), PROGRAM);
});
afterEach(() => program.supervisor.stop());
afterAll(() => rm(root, { recursive: true }));

/** Starts one that is not ready, and waits until it says so. */
async function start(unready: number, reasons: Record<string, string>): Promise<void> {
  const port = await freePort();
  const env = { PORT: String(port), UNREADY: String(unready), REASONS: JSON.stringify(reasons) };
  program = superviseProgram(
    { name: 'ingest', title: 'Ingest', program: 'ingest', script: 'program.mjs', nodeArgs: [], env, port },
    {
      root,
      logs: root,
      records: new ProcessRecords(join(root, 'processes.json')),
      env: {},
      announce: () => {},
    },
  );
  await program.supervisor.start();
  await waitUntil(async () => Object.keys(await reasonsNotReady(port)).length > 0, { timeoutMs: 120_000 });
}

test('who catches up is waited for, however long that takes', async () => {
  await start(50, { 'catch up ingest--events': 'has not caught up with the owners yet' });
  await expect(program.untilReady({ timeoutMs: 1 })).resolves.toBeUndefined();
});

test('anybody else is given up in time, with what they say', async () => {
  await start(1e9, {
    'catch up ingest--events': 'has not caught up with the owners yet',
    'database ingest': 'is away',
  });
  await expect(program.untilReady({ timeoutMs: 1 })).rejects.toThrow(
    'does not become ready: catch up ingest--events: has not caught up with the owners yet; database ingest: is away.',
  );
});
