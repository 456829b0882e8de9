import { existsSync, readdirSync } from 'node:fs';
import type { Fixtures } from './fixtures.ts';

const SOURCES = new URL('../', import.meta.url);

/** The fixtures of every provider's folder, so that a new folder is tested without being listed again. */
export async function findFixtures(): Promise<Fixtures[]> {
  const files = readdirSync(SOURCES)
    .map((folder) => new URL(`${folder}/fixtures.ts`, SOURCES))
    .filter((file) => existsSync(file) && !file.pathname.includes('/conformance/'));
  const modules: { fixtures: Fixtures }[] = await Promise.all(files.map((file) => import(file.href)));
  return modules.map((module) => module.fixtures);
}
