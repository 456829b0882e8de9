import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { serviceNames } from '../src/services.ts';

// Answers on its ports like a service that is always ready, and tells what it was started with.
const PROGRAM = `
import { createServer } from 'node:http';
const { PORT, METRICS_PORT } = process.env;
const answer = (request, response) =>
  response.end(request.url === '/env' ? JSON.stringify({ ...process.env, pid: String(process.pid) }) : '{}');
for (const port of [PORT, METRICS_PORT].filter(Boolean)) createServer(answer).listen(Number(port), '127.0.0.1');
if (process.env.DIE === 'at once') {
  console.log(JSON.stringify({ level: 'fatal', msg: 'cannot start: no luck' }));
  process.exit(3);
}
process.on('SIGTERM', () => process.exit(0));
`;

const SEED = `
import { writeFileSync } from 'node:fs';
let input = '';
for await (const chunk of process.stdin) input += chunk;
const { GATEWAY_DATABASE_URL, SIMULATOR_URL } = process.env;
writeFileSync('seeded.json', JSON.stringify({ ...JSON.parse(input), GATEWAY_DATABASE_URL, SIMULATOR_URL }));
`;

/** A repository whose programs do nothing but answer, for tests of the launcher alone. */
export interface StandInRepository {
  root: string;
  /** For data directories; deleted with the rest. */
  scratch: string;
  /** What the seed program was given last. */
  seeded(): Promise<unknown>;
  remove(): Promise<void>;
}

/** Writes a repository of stand-ins into the temporary directory. */
export async function standInRepository(): Promise<StandInRepository> {
  const root = await mkdtemp(join(tmpdir(), 'parley-launcher-'));
  const write = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  };
  await write('package.json', '{"type":"module"}');
  for (const service of serviceNames) await write(`services/${service}/src/main.ts`, PROGRAM);
  await write('tools/simulator/src/main.ts', PROGRAM);
  await write('services/gateway/src/seed-demo.ts', SEED);
  await write('services/gateway/migrations/0001_thing.sql', 'create table thing (id int primary key);\n');
  return {
    root,
    scratch: join(root, 'scratch'),
    seeded: async () => z.json().parse(JSON.parse(await readFile(join(root, 'seeded.json'), 'utf8'))),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

/** The environment that the stand-in on `url` was started with. */
export async function environmentOf(url: string): Promise<Record<string, string>> {
  const response = await fetch(`${url}/env`);
  return z.record(z.string(), z.string()).parse(await response.json());
}
